import { ChatPage } from '../../support/ChatPage.ts'
import { expect, test } from '../../support/fixtures.ts'
import { samplePath, truth } from '../../support/samples.ts'
import { settled, violations } from '../../support/screens.ts'
import { slowAnswers } from '../../support/slowModel.ts'

const total = 'What is the total?', vendor = 'Who is the vendor?'

test('a question is edited with another picture, by keyboard; both versions stay, over a restart too', async ({ chat, app, launch }) => {
  const { page } = chat
  await chat.drop(samplePath('receipt-1.png'))
  await chat.attached(1)
  const first = await chat.answerTo(vendor)
  const second = await chat.answerTo(total)

  await page.getByTestId('edit').first().focus()
  await page.keyboard.press('Enter')
  const editor = page.getByTestId('edited-question')
  await expect(editor).toBeFocused()
  await expect(editor).toHaveValue(vendor)
  await settled(page)
  expect(await violations(page)).toEqual([])
  await chat.drop(samplePath('receipt-2.png'))
  await chat.attached(2)
  await page.getByRole('button', { name: 'Remove receipt-1.png' }).click()
  await chat.attached(1)
  await editor.press('Enter')
  await expect(page.getByTestId('question-editor')).toHaveCount(0)
  await chat.idle()
  await expect(chat.answers).toHaveText([truth('receipt-2.png', vendor)])
  await expect(chat.composer).toBeFocused()

  const versions = page.getByTestId('versions')
  await expect(versions).toHaveText(/2 \/ 2/)
  await page.getByRole('button', { name: 'Previous version' }).focus()
  await page.keyboard.press('Enter')
  await expect(chat.answers).toHaveText([first, second])
  await expect(page.getByRole('button', { name: 'Previous version' })).toBeFocused()
  await expect(page.getByRole('status').filter({ hasText: 'Version 1 of 2' })).toHaveCount(1)
  await page.keyboard.press('Enter')
  await expect(chat.answers).toHaveText([first, second])
  await settled(page)
  expect(await violations(page)).toEqual([])
  await app.stop()

  const again = new ChatPage((await launch()).page)
  await again.sidebar.getByRole('button', { name: vendor, exact: true }).click()
  await expect(again.answers).toHaveText([first, second])
  await again.page.getByRole('button', { name: 'Next version' }).click()
  await expect(again.answers).toHaveText([truth('receipt-2.png', vendor)])
  expect(await again.answerTo(vendor)).toBe(truth('receipt-2.png', vendor))
})

test('an answer is written again beside the old one; a message is deleted with what follows, and brought back', async ({ chat }) => {
  const { page } = chat
  await chat.drop(samplePath('receipt-1.png'))
  await chat.attached(1)
  const answer = await chat.answerTo(total)
  await chat.retry()
  await chat.idle()
  await expect(chat.answers).toHaveText([answer])
  await expect(page.getByTestId('versions')).toHaveText(/2 \/ 2/)
  await chat.answerTo(vendor)

  await chat.lastAnswer.getByTestId('delete-message').click()
  await expect(chat.answers).toHaveText([answer])
  await page.getByTestId('answer-question').click()
  await chat.idle()
  await expect(chat.answers).toHaveText([answer, truth('receipt-1.png', vendor)])

  await page.getByTestId('delete-message').first().click()
  await expect(chat.answers).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await expect(chat.answers).toHaveText([answer, truth('receipt-1.png', vendor)])
})

test('Up in an empty question edits the last one; Esc leaves it as it was, and asks only where something changed', async ({ chat }) => {
  const { page } = chat
  await chat.drop(samplePath('receipt-1.png'))
  await chat.attached(1)
  await chat.answerTo(total)
  const editor = page.getByTestId('edited-question')
  await chat.composer.press('ArrowUp')
  await expect(editor).toBeFocused()
  await editor.press('Escape')
  await expect(editor).toHaveCount(0)
  await expect(page.getByTestId('edit')).toBeFocused()

  await chat.composer.press('ArrowUp')
  await editor.fill(vendor)
  await editor.press('Escape')
  await expect(page.getByRole('dialog', { name: 'Discard your changes?' })).toBeVisible()
  await page.getByRole('button', { name: 'Go on editing' }).click()
  await expect(editor).toHaveValue(vendor)
  await editor.press('Escape')
  await page.getByTestId('confirm').click()
  await expect(editor).toHaveCount(0)
  await expect(chat.page.getByRole('article', { name: 'You asked' })).toContainText(total)
})

test.describe('with a model that takes its time', () => {
  test.use({ settings: slowAnswers() })

  test('a stopped answer goes on from where it was', async ({ chat }) => {
    await chat.ask('Tell me something')
    await chat.writing()
    await chat.stopButton.click()
    await chat.idle()
    const before = await chat.lastText()
    await chat.page.getByTestId('continue').click()
    await chat.writing(before.length)
    await expect(chat.answers).toHaveCount(1)
    expect((await chat.lastText()).startsWith(before)).toBe(true)
    await chat.stopButton.click()
    await chat.idle()
    expect((await chat.lastText()).startsWith(before)).toBe(true)
    await expect(chat.page.getByTestId('versions')).toHaveCount(0)

    // Another version waits for the end of what is being written, and says so.
    await chat.page.getByTestId('edit').press('Enter')
    await chat.page.getByTestId('edited-question').fill('Tell me something else')
    await chat.page.getByTestId('edited-question').press('Enter')
    await expect(chat.stopButton).toBeVisible()
    await chat.page.getByRole('button', { name: 'Previous version' }).press('Enter')
    await expect(chat.page.getByRole('status').filter({ hasText: 'This chat is still answering.' })).toBeVisible()
    await chat.stopButton.click()
    await chat.idle()
  })
})

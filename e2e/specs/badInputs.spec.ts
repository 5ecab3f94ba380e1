import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { badModels, badPictures } from '../support/badFiles.ts'
import { ChatPage } from '../support/ChatPage.ts'
import { expect, test } from '../support/fixtures.ts'
import { samplePath, truth } from '../support/samples.ts'
import { sentence } from '../support/sentences.ts'

const total = 'What is the total?'

/** The proof that nothing else broke: a question about a sample, right after. */
async function stillAnswers(chat: ChatPage): Promise<void> {
  await chat.drop(samplePath('receipt-1.png'))
  await chat.attached(1)
  expect(await chat.answerTo(total)).toBe(truth('receipt-1.png', total))
}

test('says of every bad picture what is wrong with it, and goes on', async ({ chat }, info) => {
  for (const { what, path, code } of await badPictures(info.outputDir)) {
    await test.step(what, async () => {
      await chat.drop(path)
      await expect(chat.attachments).toHaveText([sentence(code)])
      await chat.attachments.getByRole('button', { name: /^Remove / }).click()
      await expect(chat.attachments).toHaveCount(0)
    })
  }
  await stillAnswers(chat)
})

test('sends no question without the picture that could not be added, and says why', async ({ chat }, info) => {
  const [text] = await badPictures(info.outputDir)
  await chat.drop(text!.path)
  await expect(chat.attachments).toHaveText([sentence('IMAGE_NOT_AN_IMAGE')])
  await chat.composer.fill(total)
  await chat.composer.press('Enter')
  await expect(chat.send).toBeDisabled()
  await expect(chat.send).toHaveAccessibleDescription('A picture could not be added. Remove it or add it again to send the question.')
  await expect(chat.page.getByText('A picture could not be added.')).toBeVisible()
  await expect(chat.answers).toHaveCount(0)
  await chat.attachments.getByRole('button', { name: /^Remove / }).click()
  await expect(chat.send).toBeEnabled()
  await expect(chat.send).toHaveAccessibleDescription('')
})

test('says of every bad model what is wrong with it, and goes back to the demo model', async ({ chat }, info) => {
  test.setTimeout(120_000)
  for (const { what, model, projector, code } of badModels(info.outputDir)) {
    await test.step(what, async () => {
      await chat.useModel(model, projector)
      await expect(chat.page.getByRole('alert').filter({ hasText: sentence(code) })).toBeVisible()
      await expect(chat.badge).toHaveAttribute('data-state', 'failed')
    })
  }
  await chat.useDemoModel()
  await stillAnswers(chat)
})

test.describe('with a settings file that is no JSON', () => {
  test.use({ settings: '{ "language": ' })

  test('keeps the file aside, says so, and starts with the defaults', async ({ chat }) => {
    await expect(chat.page.getByRole('alert').filter({ hasText: sentence('SETTINGS_SET_ASIDE') })).toBeVisible()
    await stillAnswers(chat)
  })
})

test.describe('with a damaged database', () => {
  test('keeps the file aside, says so, and starts anew', async ({ dataFolder, launch }) => {
    await writeFile(join(dataFolder, 'chats.db'), 'SQLite format 3\0 and then nothing that makes sense '.repeat(200))
    const chat = new ChatPage((await launch()).page)
    await expect(chat.page.getByRole('alert').filter({ hasText: sentence('DATABASE_DAMAGED') })).toBeVisible()
    await stillAnswers(chat)
  })
})

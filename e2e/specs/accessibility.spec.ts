import type { Locator } from '@playwright/test'
import { badPictures } from '../support/badFiles.ts'
import { expect, test } from '../support/fixtures.ts'
import { samplePath, truth } from '../support/samples.ts'
import { lookAt, lookAtNarrow, tourChat, tourDeleted, tourDialogs, tourModels } from '../support/screens.ts'
import { sentence } from '../support/sentences.ts'

const total = 'What is the total?'

test('every screen is accessible', async ({ chat }, info) => {
  const look = lookAt(chat.page, info)
  await tourChat(chat.page, look)
  await tourDialogs(chat.page, look, 'en')
  await tourDeleted(chat.page, look, 'en')
  await chat.sidebar.getByRole('button', { name: total, exact: true }).dblclick()
  await look('renaming')
})

test('every screen about models is accessible', async ({ chat }, info) => {
  await tourModels(chat.page, lookAt(chat.page, info), 'en')
})

test('every message about a failure is accessible', async ({ chat }, info) => {
  const look = lookAt(chat.page, info)
  const [text] = await badPictures(info.outputDir)
  await chat.drop(text!.path)
  await expect(chat.attachments).toHaveText([sentence('IMAGE_NOT_AN_IMAGE')])
  await look('bad-picture')
  await chat.useModel('/no/such/model.gguf', '')
  await expect(chat.page.getByRole('alert').filter({ hasText: sentence('MODEL_MISSING') })).toBeVisible()
  await look('bad-model')
})

test.describe('in the dark, in Chinese', () => {
  test.use({ colorScheme: 'dark', locale: 'zh-CN' })

  test('every screen is accessible', async ({ chat }, info) => {
    const look = lookAt(chat.page, info)
    await expect(chat.page.locator('html')).toHaveAttribute('lang', 'zh-CN')
    await tourChat(chat.page, look)
    await tourDialogs(chat.page, look, 'zh')
    await tourDeleted(chat.page, look, 'zh')
  })

  test('every screen about models is accessible', async ({ chat }, info) => {
    await tourModels(chat.page, lookAt(chat.page, info), 'zh')
  })
})

test.describe('on a narrow screen', () => {
  const width = 390
  test.use({ viewport: { width, height: 800 } })

  test('every screen about models is accessible and nothing is wider than the screen', async ({ chat }, info) => {
    await tourModels(chat.page, lookAtNarrow(chat.page, info, width), 'en')
  })

  test('every screen is accessible and nothing is wider than the screen', async ({ chat }, info) => {
    const look = lookAtNarrow(chat.page, info, width)
    await tourChat(chat.page, look)
    await tourDialogs(chat.page, look, 'en')
    await chat.page.getByRole('button', { name: 'Show the chat list' }).click()
    await look('chat-list')
  })
})

test('everything works by keyboard alone', async ({ chat }) => {
  const { page } = chat
  const tabTo = async (target: Locator, key = 'Tab') => {
    for (let presses = 0; presses < 60; presses++) {
      if (await target.evaluate((element) => element === document.activeElement)) return
      await page.keyboard.press(key)
    }
    throw new Error(`${key} never reaches ${String(target)}`)
  }
  const attach = page.getByRole('button', { name: 'Attach a picture' })
  // Asked for before the way there: Playwright takes a moment before it catches the dialog.
  const chooser = page.waitForEvent('filechooser')
  await tabTo(attach)
  await page.keyboard.press('Enter')
  await (await chooser).setFiles(samplePath('receipt-1.png'))
  await chat.attached(1)
  await tabTo(chat.composer)
  await page.keyboard.type(total)
  await page.keyboard.press('Enter')
  await expect(chat.answers).toHaveText([truth('receipt-1.png', total)])
  await expect(chat.composer).toBeFocused()

  await tabTo(chat.lastAnswer.getByRole('button', { name: 'Copy the answer' }), 'Shift+Tab')
  await page.keyboard.press('Enter')
  await page.keyboard.press('ControlOrMeta+Shift+o')
  await expect(chat.answers).toHaveCount(0)
  const entry = chat.sidebar.getByRole('button', { name: total, exact: true })
  await tabTo(entry)
  await page.keyboard.press('F2')
  await page.keyboard.type('By keyboard')
  await page.keyboard.press('Enter')
  const renamed = chat.sidebar.getByRole('button', { name: 'By keyboard', exact: true })
  await expect(renamed).toBeFocused()
  await page.keyboard.press('Delete')
  await expect(renamed).toHaveCount(0)
  // There is a way back as soon as the services have the deletion.
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(renamed).toBeVisible()
})

import type { Locator } from '@playwright/test'
import type { ChatPage } from '../support/ChatPage.ts'
import { expect, test } from '../support/fixtures.ts'
import { samplePath, truth } from '../support/samples.ts'

const offered = (chat: ChatPage): Locator => chat.page.getByRole('region', { name: 'Try one of these' }).getByRole('button')
const suggested = (chat: ChatPage): Locator => chat.page.getByRole('list', { name: 'Suggested questions' }).getByRole('button')

test('a sample is attached with one press and answers a suggested question with another', async ({ chat }) => {
  await expect(offered(chat)).toHaveCount(4)
  for (const preview of await offered(chat).locator('img').all())
    await expect.poll(async () => await preview.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(160)

  await chat.page.getByRole('button', { name: 'Sample receipt' }).click()
  await chat.attached(1)
  await expect(chat.attachments).toContainText('receipt-1.png')
  await expect(chat.composer).toBeFocused()
  await expect(offered(chat)).toHaveCount(0)

  await suggested(chat).getByText('What is the total?').click()
  await chat.idle()
  expect(await chat.lastText()).toBe(truth('receipt-1.png', 'What is the total?'))
})

test('by keyboard: shapes get questions about shapes, until another picture joins them', async ({ chat }) => {
  const shapes = chat.page.getByRole('button', { name: 'Sample shapes' })
  await expect(shapes).toBeEnabled()
  await shapes.press('Enter')
  await chat.attached(1)
  await expect(suggested(chat).first()).toHaveText('How many shapes are there?')
  await expect(suggested(chat).filter({ hasText: 'total' })).toHaveCount(0)
  expect(await chat.answerTo('Describe the image.')).toBe(truth('shapes-1.png', 'Describe the image.'))

  await chat.newChat()
  await shapes.press('Enter')
  await chat.attached(1)
  await chat.drop(samplePath('receipt-1.png'))
  await chat.attached(2)
  await expect(suggested(chat).filter({ hasText: 'total' })).toHaveCount(1)
})

test('no samples are offered to a model that was not made for them', async ({ chat }) => {
  await expect(offered(chat)).toHaveCount(4)
  await chat.useModel('/no/such/model.gguf', '')
  await expect(chat.badge).toHaveAttribute('data-state', 'failed')
  await expect(offered(chat)).toHaveCount(0)
})

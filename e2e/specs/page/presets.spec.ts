import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import type { Locator } from '@playwright/test'
import sharp from 'sharp'
import { ChatPage } from '../../support/ChatPage.ts'
import { expect, test } from '../../support/fixtures.ts'
import { samplePath } from '../../support/samples.ts'
import { lookAt } from '../../support/screens.ts'

/** What LLaVA-1.5 answers to a request for a box. The demo model knows no boxes, so this answer is put into the database by hand. */
const fakeAnswer = 'It is at [0.25, 0.30, 0.60, 0.55].'

const menuOf = (chat: ChatPage): Locator => chat.page.getByRole('dialog', { name: 'How to answer', exact: true })

test('a format is chosen by key or menu, shown, asked in the words of training, and kept with the chat', async ({ chat }, info) => {
  const look = lookAt(chat.page, info)
  await chat.drop(samplePath('receipt-1.png'))
  await chat.attached(1)
  await chat.composer.press('Alt+2')
  await expect(chat.page.getByTestId('format-chips')).toHaveText('Short answer')
  await chat.composer.fill('What is the total?')
  await chat.page.getByTestId('answer-menu').click()
  await menuOf(chat).getByText('What the model is asked').click()
  await expect(menuOf(chat).getByTestId('asked-words')).toHaveText('What is the total?\nAnswer the question using a single word or phrase.')
  await look('menu')
  await chat.page.keyboard.press('Escape')
  await chat.composer.press('Enter')
  await chat.idle()
  const tag = chat.page.getByTestId('format-tag')
  await expect(tag).toHaveText('Short answer')
  await tag.click()
  await expect(chat.page.getByRole('dialog', { name: 'What the model is asked' })).toContainText('LLaVA-1.5 was trained on the added words exactly')
  await look('tag')
  await chat.page.keyboard.press('Escape')

  await chat.page.reload()
  await expect(chat.page.getByTestId('format-chips')).toHaveText('Short answer')
  await expect(tag).toHaveText('Short answer')
  await chat.page.getByRole('button', { name: 'Remove “Short answer”' }).click()
  await expect(chat.page.getByTestId('format-chips')).toHaveCount(0)
})

test('options are given by keyboard alone, and the answer is one of their letters', async ({ chat }, info) => {
  const look = lookAt(chat.page, info)
  await chat.drop(samplePath('shapes-1.png'))
  await chat.attached(1)
  await chat.composer.fill('What color is the triangle?')
  await chat.composer.press('Alt+3')
  await expect(chat.send).toBeDisabled()
  await expect(chat.page.getByText('Give at least two options')).toBeVisible()
  await chat.page.getByTestId('answer-menu').press('Enter')
  await menuOf(chat).getByRole('textbox', { name: 'Option A' }).fill('red')
  await menuOf(chat).getByRole('textbox', { name: 'Option A' }).press('Enter')
  await chat.page.keyboard.type('blue')
  await chat.page.keyboard.press('Enter')
  await chat.page.keyboard.type('green')
  await look('options')
  await chat.page.keyboard.press('Escape')
  await chat.composer.press('Enter')
  await chat.idle()
  expect(await chat.lastText()).toMatch(/^[ABC]$/)
})

test('a caption needs no question; a premise is checked first', async ({ chat }, info) => {
  const look = lookAt(chat.page, info)
  await chat.drop(samplePath('shapes-1.png'))
  await chat.attached(1)
  await chat.composer.press('Alt+4')
  await chat.composer.press('Alt+9')
  await expect(chat.page.getByTestId('format-chips').getByRole('listitem')).toHaveText(['Caption', 'Checked first'])
  await chat.composer.press('Enter')
  await chat.idle()
  await expect(chat.page.getByRole('article', { name: 'You asked' })).toContainText('Provide a one-sentence caption for the provided image.')
  await expect(chat.page.getByTestId('premise')).toHaveAttribute('data-verdict', 'nothing')
  await chat.composer.press('Alt+1')
  await chat.answerTo('What color is the triangle?')
  await expect(chat.page.getByTestId('premise').last()).toHaveAttribute('data-verdict', /^(holds|fails)$/)
  await look('premise')
  await chat.page.setViewportSize({ width: 360, height: 740 })
  await chat.page.emulateMedia({ colorScheme: 'dark' })
  await look('premise-narrow')
  await chat.page.getByTestId('answer-menu').click()
  await expect(menuOf(chat)).toBeVisible()
  await look('menu-narrow')
})

test('an answer without a box says so; one with a box is drawn on the picture, and a region is asked about', async ({ chat, app, launch, dataFolder }, info) => {
  // Wider than high: the samples are square, so that both readings of a box are the same in them.
  const wide = info.outputPath('wide.png')
  await sharp(samplePath('receipt-1.png')).resize(480, 360, { fit: 'fill' }).toFile(wide)
  await chat.drop(wide)
  await chat.attached(1)
  await chat.composer.press('Alt+7')
  await chat.ask('the total')
  await chat.idle()
  await expect(chat.page.getByTestId('no-box')).toBeVisible()
  await app.stop()

  const database = new DatabaseSync(join(dataFolder, 'chats.db'))
  database.prepare(`UPDATE messages SET text = :text WHERE role = 'assistant'`).run({ text: fakeAnswer })
  database.close()

  const again = new ChatPage((await launch()).page)
  const look = lookAt(again.page, info)
  await again.sidebar.getByRole('button', { name: 'the total', exact: true }).click()
  const boxes = again.page.getByTestId('boxes')
  await expect(boxes.getByRole('img', { name: /^wide\.png\. the total: from \d+% to \d+% of the width/ })).toBeVisible()
  // The same numbers span more of its height where they are those of the square.
  const height = async () => (await boxes.getByTestId('box').boundingBox())?.height ?? 0
  const high = await height()
  await look('found')
  await again.page.setViewportSize({ width: 360, height: 740 })
  await look('found-narrow')
  await again.page.setViewportSize({ width: 1280, height: 720 })
  await boxes.getByText('Picture alone').click()
  await expect.poll(height).toBeLessThan(high)
  await again.page.getByTestId('show-boxes').click()
  await expect(boxes).toHaveCount(0)

  await again.composer.press('Alt+8')
  const dialog = again.page.getByRole('dialog', { name: 'Describe a region' })
  await dialog.getByRole('textbox', { name: 'Left' }).fill('10')
  await dialog.getByRole('textbox', { name: 'Left' }).blur()
  const surface = dialog.getByTestId('draw')
  await surface.scrollIntoViewIfNeeded()
  const area = (await surface.boundingBox())!
  await again.page.mouse.move(area.x + area.width * 0.1, area.y + area.height * 0.1)
  await again.page.mouse.down()
  await again.page.mouse.move(area.x + area.width * 0.9, area.y + area.height * 0.4, { steps: 3 })
  await again.page.mouse.up()
  // Of the padded square: of the picture alone it is from a tenth to two fifths of the height.
  await expect(dialog.getByTestId('region-asked')).toHaveText(/^Please provide a short description for this region: \[0\.(09|10|11), 0\.(19|20|21), 0\.(89|90|91), 0\.4[1-4]\]\.$/)
  await look('region')
  await dialog.getByTestId('ask-region').click()
  await again.idle()
  await expect(again.page.getByTestId('format-tag').last()).toHaveText('Describe a region')
  // The chat's own format stays.
  await expect(again.page.getByTestId('format-chips')).toHaveText('Find it')
})

test('options of a chat are marked, kept and reset', async ({ chat }, info) => {
  const look = lookAt(chat.page, info)
  await chat.page.getByTestId('answer-menu').click()
  await menuOf(chat).getByRole('button', { name: 'Options of this chat…' }).click()
  const dialog = chat.page.getByRole('dialog', { name: 'Options of this chat' })
  await dialog.getByRole('textbox', { name: 'Temperature' }).fill('0.7')
  await dialog.getByRole('textbox', { name: 'Top-k' }).fill('9')
  await dialog.getByRole('textbox', { name: 'Top-k' }).blur()
  await expect(dialog.getByTestId('option-temperature')).toContainText('Changed from 0.')
  await look('options-of-chat')
  await chat.page.keyboard.press('Escape')
  await expect(chat.page.getByTestId('format-chips')).toHaveText('Options changed')
  await chat.answerTo('What is this?')
  await chat.page.reload()
  await expect(chat.page.getByTestId('format-chips')).toHaveText('Options changed')
  await chat.page.getByTestId('answer-menu').click()
  await menuOf(chat).getByRole('button', { name: 'Options of this chat (changed)…' }).click()
  await expect(dialog.getByRole('textbox', { name: 'Top-k' })).toHaveValue('9')
  await dialog.getByTestId('options-reset').click()
  await expect(dialog.getByRole('textbox', { name: 'Top-k' })).toHaveValue('')
})

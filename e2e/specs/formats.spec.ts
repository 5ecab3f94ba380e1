import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, TestInfo } from '@playwright/test'
import type { ChatPage } from '../support/ChatPage.ts'
import { expect, test } from '../support/fixtures.ts'
import { settled, violations } from '../support/screens.ts'

const file = (name: string): string => join(import.meta.dirname, '../../main/services/images/testing/files', name)
const dialog = (chat: ChatPage): Locator => chat.page.getByRole('dialog', { name: 'Which pages?' })
const names = (chat: ChatPage): Locator => chat.attachments.locator('.name')

/** Asks axe about the screen and keeps pictures of it: in both schemes, and narrow. */
async function look({ page }: ChatPage, info: TestInfo, name: string): Promise<void> {
  const folder = info.outputPath('screens')
  mkdirSync(folder, { recursive: true })
  const size = page.viewportSize()
  for (const scheme of ['light', 'dark', 'narrow'] as const) {
    await page.emulateMedia({ colorScheme: scheme === 'dark' ? 'dark' : 'light' })
    if (scheme === 'narrow') await page.setViewportSize({ width: 360, height: 740 })
    await settled(page)
    await page.screenshot({ path: `${folder}/${name}-${scheme}.png` })
    expect(await violations(page), `${name} ${scheme}`).toEqual([])
  }
  if (size !== null) await page.setViewportSize(size)
}

test('a photo of a phone is shown and asked about, whatever its name says', async ({ chat }) => {
  await chat.drop(file('orientation-6.heic'), file('heic-inside.jpg'))
  await chat.attached(2)
  await expect(chat.attachments.first()).toContainText('48 × 32 px')
  for (const picture of await chat.attachments.locator('img').all()) await expect.poll(async () => await picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(48)
})

test('of a PDF the person chooses pages, by keyboard too', async ({ chat }, info) => {
  await chat.drop(file('three-pages.pdf'))
  await expect(dialog(chat).getByRole('status')).toHaveText('3 of 3 chosen')
  await expect(dialog(chat).locator('img')).toHaveCount(3)
  await look(chat, info, 'pages')
  await dialog(chat).getByRole('checkbox', { name: 'Page 2' }).press('Space')
  await expect(dialog(chat).getByRole('status')).toHaveText('2 of 3 chosen')
  await dialog(chat).getByRole('button', { name: 'Attach 2 pages' }).press('Enter')
  await chat.attached(2)
  await expect(names(chat)).toHaveText(['three-pages.pdf, page 1', 'three-pages.pdf, page 3'])
})

test('a TIFF of several pages asks as well; leaving the choice attaches nothing, and the question waits', async ({ chat }) => {
  await chat.drop(file('three-pages.tif'))
  await expect(dialog(chat)).toBeVisible()
  await chat.page.keyboard.press('Escape')
  await expect(dialog(chat)).toBeHidden()
  await expect(chat.attachments).toHaveCount(0)
  await chat.drop(file('lzw.tif'))
  await chat.attached(1)
  await expect(dialog(chat)).toBeHidden()
})

test('what cannot be opened names its fault, and of a moving picture it is said that the first frame is asked about', async ({ chat }) => {
  await chat.drop(file('locked.pdf'))
  await expect(chat.attachments).toContainText(['locked.pdf is locked with a password.'])
  await chat.drop(file('jpeg2000.jp2'))
  await expect(chat.attachments).toContainText(['jpeg2000.jp2 is a picture (JP2), which this version cannot read. Save it as JPEG or PNG and try again.'])
  await chat.drop(file('damaged-cut-pixels.heic'))
  await expect(chat.attachments).toContainText(['damaged or incomplete and cannot be read (its end is missing)'])
  await chat.drop(file('moving.gif'))
  await chat.attached(1)
  await expect(chat.attachments).toContainText(['the first of 2 pictures in the file'])
})

test('an address dragged out of a browser is not fetched, and the person is told what to do', async ({ chat }) => {
  const asked: string[] = []
  chat.page.on('request', (request) => asked.push(request.url()))
  const transfer = await chat.page.evaluateHandle(() => {
    const made = new DataTransfer()
    made.setData('text/uri-list', 'https://pictures.example/cat.png')
    made.setData('text/html', '<img src="https://pictures.example/cat.png">')
    return made
  })
  await chat.page.dispatchEvent('body', 'drop', { dataTransfer: transfer })
  await expect(chat.page.getByText('Only an address arrived (pictures.example)')).toBeVisible()
  await expect(chat.attachments).toHaveCount(0)
  expect(asked.filter((address) => address.includes('pictures.example'))).toEqual([])
})

test('a picture inside pasted HTML is attached', async ({ chat }) => {
  await chat.composer.evaluate((element) => {
    const canvas = document.createElement('canvas')
    canvas.width = 20
    canvas.height = 10
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/html', `<p><img src="${canvas.toDataURL('image/png')}"></p>`)
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  })
  await chat.attached(1)
  await expect(chat.attachments).toContainText(['20 × 10 px'])
})

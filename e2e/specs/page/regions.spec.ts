import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page, TestInfo } from '@playwright/test'
import sharp from 'sharp'
import type { ChatPage } from '../../support/ChatPage.ts'
import { expect, test } from '../../support/fixtures.ts'
import { samplePath, truth } from '../../support/samples.ts'
import { lookAt, settled } from '../../support/screens.ts'

const question = 'What is the total?'

/** A sheet of 2000 pixels with a receipt in its middle that nobody can read on 336 of them. Returns its path. */
async function writeSheet(info: TestInfo, name = 'sheet.png'): Promise<string> {
  await mkdir(info.outputPath('pictures'), { recursive: true })
  const path = join(info.outputPath('pictures'), name)
  const receipt = await sharp(samplePath('receipt-1.png')).resize(1000, 1000, { kernel: 'cubic' }).toBuffer()
  await sharp({ create: { width: 2000, height: 2000, channels: 3, background: '#ffffff' } }).composite([{ input: receipt, left: 500, top: 500 }]).png().toFile(path)
  return path
}

class Viewer {
  readonly page: Page
  readonly dialog: Locator
  readonly stage: Locator
  readonly box: Locator
  readonly scale: Locator

  constructor(page: Page) {
    this.page = page
    this.dialog = page.getByRole('dialog')
    this.stage = page.getByTestId('stage')
    this.box = page.getByTestId('box')
    this.scale = page.getByTestId('scale')
  }

  async shown(): Promise<void> {
    await expect(this.stage).toHaveAttribute('aria-busy', 'false')
    await settled(this.page)
  }

  /** A place on the stage, in shares of it. */
  async at(x: number, y: number): Promise<{ x: number; y: number }> {
    const stage = (await this.stage.boundingBox())!
    return { x: stage.x + x * stage.width, y: stage.y + y * stage.height }
  }

  async sizeOfBox(): Promise<{ width: number; height: number; x: number; y: number }> {
    return (await this.box.boundingBox())!
  }
}

test('by keyboard alone, a part of a page is asked about and answered right', async ({ chat }, info) => {
  const { page } = chat, viewer = new Viewer(page)
  await chat.drop(await writeSheet(info))
  await chat.attached(1)
  const note = page.getByTestId('print-note')
  await expect(note).toContainText('The text on sheet.png is too small')
  await lookAt(page, info)('warning')

  await note.getByRole('button', { name: 'Ask about a part' }).focus()
  await page.keyboard.press('Enter')
  await viewer.shown()
  await expect(viewer.stage).toBeFocused()
  const first = await viewer.sizeOfBox()
  await page.keyboard.press('ArrowRight')
  expect((await viewer.sizeOfBox()).x).toBeCloseTo(first.x + 12, 0)
  await page.keyboard.press('Shift+ArrowDown')
  expect((await viewer.sizeOfBox()).height).toBeCloseTo(first.height + 12, 0)
  await page.keyboard.press('Shift+ArrowUp')
  await page.keyboard.press('ArrowLeft')
  await lookAt(page, info)('box')
  await page.keyboard.press('Enter')

  await expect(viewer.dialog).toHaveCount(0)
  await expect(chat.composer).toBeFocused()
  await expect(chat.attachments).toHaveCount(2)
  await expect(chat.attachments.last()).toContainText('Part of sheet.png')
  await page.getByRole('button', { name: 'Remove sheet.png', exact: true }).focus()
  await page.keyboard.press('Enter')
  await expect(chat.attachments).toHaveCount(1)
  await expect(note).toHaveCount(0)
  expect(await chat.answerTo(question)).toBe(truth('receipt-1.png', question))

  await page.reload()
  await page.getByRole('navigation').getByRole('button', { name: question, exact: true }).click()
  const part = page.getByRole('article').first().getByRole('button', { name: 'Show Part of sheet.png large' })
  await part.hover()
  await expect(page.getByTestId('peek')).toBeVisible()
  await lookAt(page, info)('place')
  await part.focus()
  await page.keyboard.press('Enter')
  await viewer.shown()
  await expect(viewer.box).toBeVisible()
  await lookAt(page, info)('whole')
  await viewer.dialog.getByText('This part', { exact: true }).click()
  await viewer.shown()
  await expect(viewer.box).toHaveCount(0)
  await page.keyboard.press('Escape')
  await expect(viewer.dialog).toHaveCount(0)
  await expect(part).toBeFocused()
})

test('the whole page does not give the answer that its part gives', async ({ chat }, info) => {
  await chat.drop(await writeSheet(info))
  await chat.attached(1)
  expect(await chat.answerTo(question)).not.toBe(truth('receipt-1.png', question))
})

test('pictures are zoomed, moved and paged through, by mouse and by keys', async ({ chat }) => {
  const { page } = chat, viewer = new Viewer(page)
  await chat.drop(samplePath('receipt-1.png'))
  await chat.attached(1)
  await chat.drop(samplePath('invoice-1.png'))
  await chat.attached(2)
  const opener = chat.attachments.first().getByRole('button', { name: 'Show receipt-1.png large' })
  await opener.click()
  await viewer.shown()
  const scaleNow = async () => Number((await viewer.scale.innerText()).replace('%', ''))
  const fitted = await scaleNow()

  await page.keyboard.press('ArrowRight')
  await expect(viewer.dialog).toHaveAccessibleName('invoice-1.png')
  await viewer.shown()
  await page.keyboard.press('ArrowRight')
  await expect(viewer.dialog).toHaveAccessibleName('invoice-1.png')
  await page.getByRole('button', { name: 'Previous picture' }).click()
  await expect(viewer.dialog).toHaveAccessibleName('receipt-1.png')
  await viewer.shown()
  await expect(page.getByRole('button', { name: 'Previous picture' })).toBeDisabled()

  await viewer.stage.focus()
  await page.keyboard.press('+')
  await expect.poll(scaleNow).toBeGreaterThan(fitted)
  await page.keyboard.press('1')
  await expect(viewer.scale).toHaveText('100%')
  await page.keyboard.press('0')
  await expect.poll(scaleNow).toBe(fitted)
  await page.keyboard.press('-')
  await expect.poll(scaleNow).toBeLessThan(fitted)
  await page.keyboard.press('0')

  const middle = await viewer.at(0.5, 0.5)
  await page.mouse.move(middle.x, middle.y)
  await page.mouse.wheel(0, -800)
  await expect.poll(scaleNow).toBeGreaterThan(2 * fitted)
  const picture = viewer.stage.locator('img')
  const before = (await picture.boundingBox())!
  await page.mouse.down()
  await page.mouse.move(middle.x - 90, middle.y - 40, { steps: 4 })
  await page.mouse.up()
  expect((await picture.boundingBox())!.x).toBeCloseTo(before.x - 90, 0)
  // Enlarged, the arrows move the picture and do not leave it.
  await viewer.stage.focus()
  await page.keyboard.press('ArrowRight')
  expect((await picture.boundingBox())!.x).toBeCloseTo(before.x - 154, 0)
  await expect(viewer.dialog).toHaveAccessibleName('receipt-1.png')
  await page.mouse.dblclick(middle.x, middle.y)
  await expect.poll(scaleNow).toBe(fitted)

  await page.keyboard.press('Escape')
  await expect(viewer.dialog).toHaveCount(0)
  await expect(opener).toBeFocused()
})

test('a box is drawn, moved and held by its corners with the mouse, and left with Escape before the view is', async ({ chat }, info) => {
  const { page } = chat, viewer = new Viewer(page)
  await chat.drop(await writeSheet(info))
  await chat.attached(1)
  await chat.attachments.first().getByRole('button', { name: 'Show sheet.png large' }).click()
  await viewer.shown()
  await page.getByTestId('ask-part').click()
  await expect(viewer.box).toBeVisible()

  const picture = (await viewer.stage.locator('img').boundingBox())!
  const onPicture = (x: number, y: number) => [picture.x + x * picture.width, picture.y + y * picture.height] as const
  const drag = async (from: readonly [number, number], to: readonly [number, number]) => {
    await page.mouse.move(...from)
    await page.mouse.down()
    await page.mouse.move(...to, { steps: 5 })
    await page.mouse.up()
  }
  await drag(onPicture(0.05, 0.05), onPicture(0.24, 0.24))
  const drawn = await viewer.sizeOfBox()
  expect(drawn.width).toBeCloseTo(0.19 * picture.width, -1)
  await drag(onPicture(0.145, 0.145), onPicture(0.345, 0.345))
  const moved = await viewer.sizeOfBox()
  expect(moved.x - drawn.x).toBeCloseTo(0.2 * picture.width, 0)
  expect(moved.width).toBeCloseTo(drawn.width, 0)
  await drag([moved.x + moved.width - 1, moved.y + moved.height - 1], onPicture(0.75, 0.75))
  const pulled = await viewer.sizeOfBox()
  expect(pulled.x).toBeCloseTo(moved.x, 0)
  expect(pulled.x + pulled.width).toBeCloseTo(onPicture(0.75, 0)[0], -1)

  await page.keyboard.press('Escape')
  await expect(viewer.box).toHaveCount(0)
  await expect(viewer.dialog).toHaveCount(1)
  await page.getByTestId('ask-part').click()
  await page.getByTestId('take-part').click()
  await expect(chat.attachments).toHaveCount(2)
  await expect(chat.attachments.last()).toContainText('1000 × 1000')
})

for (const { name, use } of [
  { name: 'light', use: {} },
  { name: 'dark, in Chinese', use: { colorScheme: 'dark', locale: 'zh-CN' } },
  { name: 'narrow', use: { viewport: { width: 360, height: 740 } } },
] as const) {
  test.describe(name, () => {
    test.use(use)

    test('what the model sees is shown with its price, and what to do about small print', async ({ chat }, info) => {
      const { page } = chat, viewer = new Viewer(page)
      await lookAtSeen(chat, viewer, info)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(page.viewportSize()!.width)
    })
  })
}

async function lookAtSeen(chat: ChatPage, viewer: Viewer, info: TestInfo): Promise<void> {
  const { page } = chat
  await chat.drop(await writeSheet(info, 'a sheet with quite a long name that does not fit beside the buttons of a small window.png'))
  await chat.attached(1)
  await expect(page.getByTestId('print-note')).toBeVisible()
  await lookAt(page, info)('warning')
  await chat.attachments.first().getByRole('button').first().click()
  await viewer.shown()
  await lookAt(page, info)('viewer')
  await page.getByTestId('show-seen').click()
  const seen = page.getByTestId('seen')
  await expect(seen).toContainText('336 × 336')
  await expect(seen).toContainText('576')
  await expect.poll(async () => await seen.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(336)
  await lookAt(page, info)('seen')
  await seen.getByRole('button').click()
  await expect(viewer.box).toBeVisible()
  await lookAt(page, info)('drawing')
}

import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import sharp from 'sharp'
import { ChatPage } from './ChatPage.ts'
import { freePort } from './freePort.ts'
import { samplePath } from './samples.ts'
import type { Look } from './screens.ts'
import { storeAnswers } from './storedAnswers.ts'

const question = 'What is the total?'

/** An answer with everything that answers are made of. */
const rich = [
  'The page is a **receipt** of *Corner Bakery*, and the total is `188.25`:',
  '| Item | Pieces | Price |\n| --- | ---: | ---: |\n| Rye bread, sliced, of the day before | 2 | 7.80 |\n| Espresso | 1 | 2.40 |',
  '> Prices are **with** tax.',
  'The tax is $t = p \\cdot \\frac{r}{1 + r}$, so with $r = 0.07$:',
  '```json\n{ "vendor": "Corner Bakery", "total": 188.25, "currency": null }\n```',
  'See [the bakery](https://bakery.example/receipts).',
].join('\n\n')

/** Puts chats into a data folder, before the app starts: one with a rich answer, some with long and with Chinese names. */
export function storeChats(dataFolder: string): void {
  storeAnswers(dataFolder, [
    { title: 'Insurance papers of the house by the lake, with all of its appendices', answers: ['The policy ends in March.'] },
    { title: '发票总额是多少？', answers: ['总额为 188.25 元。'] },
    { title: 'Meter readings', answers: ['It shows 04,183 kWh.', 'It has five digits.'] },
    { title: 'Receipt of a bakery', answers: [rich] },
  ])
}

/** Writes a page whose print is too small for 336 pixels. Returns its path. */
async function writeSheet(folder: string): Promise<string> {
  const path = join(folder, 'sheet of the tax office.png')
  const receipt = await sharp(samplePath('receipt-1.png')).resize(900, 900, { kernel: 'cubic' }).toBuffer()
  await sharp({ create: { width: 2400, height: 1800, channels: 3, background: '#ffffff' } }).composite([{ input: receipt, left: 700, top: 400 }]).png().toFile(path)
  return path
}

/** The tour of a chat people keep, in any language: it presses nothing by its words. */
export class KeptTour {
  readonly #page: Page
  readonly #look: Look
  readonly #chat: ChatPage
  readonly #folder: string

  /** @param folder For the pictures it makes. */
  constructor(page: Page, look: Look, folder: string) {
    this.#page = page
    this.#look = look
    this.#chat = new ChatPage(page)
    this.#folder = folder
  }

  get #narrow(): boolean {
    return (this.#page.viewportSize()?.width ?? 0) < 832
  }

  async #sidebar(): Promise<void> {
    if (this.#narrow) await this.#page.locator('main > header button').first().click()
  }

  /** Chooses an entry of a chat's menu by its place in it. */
  async #order(title: string, entry: number): Promise<void> {
    await this.#openMenu(title)
    await this.#page.locator('[popover]:popover-open li button').nth(entry).click()
  }

  async #openMenu(title: string): Promise<void> {
    const row = this.#page.getByRole('navigation').getByRole('listitem').filter({ hasText: title })
    await row.hover()
    await row.locator('button[aria-haspopup="dialog"]').click()
  }

  /** Pinned, labelled and archived chats, their menu, the search. */
  async organise(): Promise<void> {
    const page = this.#page
    await expect(this.#chat.badge).toHaveAttribute('data-state', 'ready', { timeout: 30_000 })
    await this.#sidebar()
    await this.#order('Meter', 0)
    await this.#order('Insurance', 2)
    for (const label of ['Household', '税务', 'To be read again']) {
      await page.getByTestId('new-tag').fill(label)
      await page.keyboard.press('Enter')
      await expect(page.getByRole('checkbox', { name: label })).toBeChecked()
    }
    await this.#look('labels')
    await page.keyboard.press('Escape')
    await this.#order('发票', 3)
    await page.getByTestId('archived').click()
    await page.getByTestId('tag-filter').getByRole('button').nth(1).focus()
    await this.#look('organised')
    await this.#openMenu('Insurance')
    await this.#look('chat-menu')
    await page.keyboard.press('Escape')
    await page.getByTestId('search').fill('total')
    await expect(page.getByRole('option').first()).toBeVisible()
    await this.#look('found')
    await page.getByRole('option').first().click()
    await expect(page.getByTestId('answer')).toContainText('Espresso')
    await this.#look('rich')
  }

  /** Small print, several pictures, the viewer and what the model sees. */
  async pictures(): Promise<void> {
    const page = this.#page, chat = this.#chat
    await page.keyboard.press('ControlOrMeta+Shift+o')
    await chat.drop(await writeSheet(this.#folder))
    await chat.attached(1)
    await expect(page.getByTestId('print-note')).toBeVisible()
    await chat.drop(samplePath('invoice-1.png'))
    await chat.attached(2)
    await this.#look('small-print')
    await chat.attachments.first().getByRole('button').first().click()
    await expect(page.getByTestId('stage')).toHaveAttribute('aria-busy', 'false')
    await this.#look('viewer')
    await page.getByTestId('show-seen').click()
    await expect.poll(async () => await page.getByTestId('seen').locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(336)
    await this.#look('seen')
    await page.getByTestId('show-seen').click()
    await page.getByTestId('ask-part').click()
    await this.#look('drawing')
    await page.getByTestId('take-part').click()
    await chat.attached(3)
    await this.#look('part')
  }

  /** Formats of the answer, the options of a chat, a region to be described. */
  async formats(): Promise<void> {
    const page = this.#page, chat = this.#chat
    await chat.composer.press('Alt+3')
    await chat.composer.press('Alt+9')
    await this.#look('chips')
    await page.getByTestId('answer-menu').click()
    await expect(page.locator('[popover]:popover-open')).toBeVisible()
    await this.#look('formats')
    await page.locator('[popover]:popover-open button').last().scrollIntoViewIfNeeded()
    await this.#look('formats-end')
    await page.locator('[popover]:popover-open button').last().click()
    await page.getByRole('dialog').getByRole('textbox').nth(1).fill('0.7')
    await page.getByRole('dialog').getByRole('textbox').nth(1).blur()
    await this.#look('options')
    await page.keyboard.press('Escape')
    await chat.composer.press('Alt+8')
    await expect(page.getByTestId('draw')).toBeVisible()
    await this.#look('region')
    await page.keyboard.press('Escape')
  }

  /** A question with versions, and one being edited. */
  async versions(): Promise<void> {
    const page = this.#page, chat = this.#chat
    await chat.composer.press('Alt+2')
    await chat.composer.press('Alt+9')
    await chat.composer.fill(question)
    await chat.composer.press('Enter')
    await expect(page.locator('article[aria-busy="false"]')).toHaveCount(1, { timeout: 30_000 })
    await page.getByTestId('retry').click()
    await expect(page.getByTestId('versions')).toHaveCount(1)
    await expect(page.locator('article[aria-busy="false"]')).toHaveCount(1, { timeout: 30_000 })
    await page.locator('article').last().hover()
    await this.#look('versions')
    await page.locator('article').first().hover()
    await this.#look('question')
    await page.getByTestId('edit').first().click()
    await expect(page.getByTestId('edited-question')).toBeFocused()
    await this.#look('editing')
    await page.keyboard.press('Escape')
    await page.getByTestId('delete-message').last().click()
    await this.#look('deleted-answer')
  }

  /** Settings about privacy and the local server, and what opens from there. */
  async settings(): Promise<void> {
    const page = this.#page
    await page.keyboard.press('ControlOrMeta+,')
    await page.getByTestId('offline').scrollIntoViewIfNeeded()
    await page.getByTestId('offline').check()
    const server = page.getByTestId('server-enabled').locator('xpath=ancestor::section')
    await server.getByRole('textbox').fill(String(await freePort()))
    await server.getByRole('textbox').press('Tab')
    await page.getByTestId('server-enabled').check()
    await page.getByTestId('offline').locator('xpath=ancestor::section').evaluate((section) => section.scrollIntoView({ block: 'start' }))
    await this.#look('privacy')
    await page.getByTestId('open-export').click()
    await expect(page.getByTestId('export-chats')).toBeVisible()
    await this.#look('export')
    await page.keyboard.press('Escape')
    await page.getByTestId('open-import').click()
    await this.#look('import')
    await page.keyboard.press('Escape')
    await page.getByTestId('open-erase').click()
    await expect(page.getByTestId('erase').getByRole('checkbox').nth(3)).toBeVisible()
    await this.#look('erase')
    await page.keyboard.press('Escape')
    await page.getByTestId('server-address').scrollIntoViewIfNeeded()
    await server.locator('.buttons button').first().click()
    await expect(page.getByTestId('server-token')).toBeVisible()
    await server.evaluate((section) => section.scrollIntoView({ block: 'start' }))
    await this.#look('server')
    await page.getByTestId('server-enabled').uncheck()
    await page.getByTestId('offline').uncheck()
    await page.keyboard.press('Escape')
  }

  async all(): Promise<void> {
    await this.organise()
    await this.pictures()
    await this.formats()
    await this.versions()
    await this.settings()
  }
}

import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { ChatPage } from './ChatPage.ts'
import { samplePath } from './samples.ts'

/** Called at every state of the screen worth looking at. */
export type Look = (name: string) => Promise<void>

/** Words the tour presses, by the language of the screen. */
const words = {
  en: { view: 'Show receipt-1.png large', choose: /^Change model…$/, undo: 'Undo', remove: /^Delete “/ },
  zh: { view: /receipt-1\.png/, choose: /模型…?$/, undo: '撤销', remove: /^删除/ },
}

/** What axe finds, as lines that name the rule and the element. */
export async function violations(page: Page): Promise<string[]> {
  // Legacy mode: the page has no frames, and a window host gives no second page to work in.
  const { violations: found } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n  ${failureSummary ?? ''}`))
}

/** Lets running transitions end: axe and a picture must not see a colour on its way. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready
    const ending = document.getAnimations().filter((animation) => animation.effect?.getTiming().iterations !== Infinity)
    await Promise.all(ending.map((animation) => animation.finished.catch(() => undefined)))
  })
}

/** The chat from the empty screen to an answer with its figures. */
export async function tourChat(page: Page, look: Look): Promise<void> {
  const chat = new ChatPage(page)
  await expect(chat.badge).toHaveAttribute('data-state', 'ready', { timeout: 30_000 })
  await look('empty')
  await chat.drop(samplePath('receipt-1.png'))
  await chat.attached(1)
  await look('attached')
  await chat.composer.fill('What is the total?')
  await chat.composer.press('Enter')
  await expect(page.locator('article[aria-busy="false"]')).toHaveCount(1)
  await chat.composer.fill('Who is the vendor?')
  await chat.composer.press('Enter')
  await expect(page.locator('article[aria-busy="false"]')).toHaveCount(2)
  await page.locator('article[aria-busy]').last().hover()
  await look('answered')
}

/** Dialogs, popovers and messages over the chat that `tourChat` left. */
export async function tourDialogs(page: Page, look: Look, language: 'en' | 'zh'): Promise<void> {
  const chat = new ChatPage(page), say = words[language]
  await page.keyboard.press('ControlOrMeta+,')
  await expect(page.getByRole('dialog')).toBeVisible()
  await look('settings')
  await page.keyboard.press('Escape')
  await chat.badge.click()
  await look('model')
  await page.getByRole('dialog').getByRole('button', { name: say.choose }).first().click()
  await expect(page.getByRole('dialog').getByRole('textbox')).toHaveCount(2)
  await look('choose-model')
  await page.keyboard.press('Escape')
  await page.getByRole('article').first().getByRole('button', { name: say.view }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await look('picture')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
}

/** A deleted chat with its way back. */
export async function tourDeleted(page: Page, look: Look, language: 'en' | 'zh'): Promise<void> {
  const say = words[language]
  await page.getByRole('navigation').getByRole('listitem').first().hover()
  await page.getByRole('navigation').getByRole('button', { name: say.remove }).first().click()
  await expect(page.getByRole('button', { name: say.undo })).toBeVisible()
  await look('deleted')
  await page.getByRole('button', { name: say.undo }).click()
}

import { mkdirSync } from 'node:fs'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, type TestInfo } from '@playwright/test'
import { ChatPage } from './ChatPage.ts'
import { ModelsPage } from './ModelsPage.ts'
import { demoModel, samplePath } from './samples.ts'

/** Called at every state of the screen worth looking at. */
export type Look = (name: string) => Promise<void>

/** Words the tour presses, by the language of the screen. */
const words = {
  en: { view: 'Show receipt-1.png large', undo: 'Undo', remove: /^Delete “/, context: 'Context length', licence: /^Licence/ },
  zh: { view: /receipt-1\.png/, undo: '撤销', remove: /^删除/, context: '上下文长度', licence: /^许可证/ },
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

/** Asks axe about the screen and keeps a picture of it, under test-results. */
export function lookAt(page: Page, info: TestInfo): Look {
  const folder = info.outputPath('screens')
  mkdirSync(folder, { recursive: true })
  return async (name) => {
    await settled(page)
    await page.screenshot({ path: `${folder}/${name}.png` })
    expect(await violations(page), name).toEqual([])
  }
}

/** As `lookAt`, and sees that nothing is wider than the screen. */
export function lookAtNarrow(page: Page, info: TestInfo, width: number): Look {
  const look = lookAt(page, info)
  return async (name) => {
    await look(name)
    expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(width)
  }
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
  await expect(page.getByTestId('cache-usage')).toBeVisible()
  await page.getByTestId('cache-clear').scrollIntoViewIfNeeded()
  await look('settings-speed')
  await page.getByTestId('server-enabled').scrollIntoViewIfNeeded()
  await look('settings-server')
  await page.keyboard.press('Escape')
  await chat.badge.click()
  await look('model')
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

/** The Models page, of a person who has the demo model alone: what can be had, and a model of their own files. Ends in the chat. */
export async function tourModels(page: Page, look: Look, language: 'en' | 'zh'): Promise<void> {
  const models = new ModelsPage(page)
  await models.open()
  await tourCatalogue(page, models, look, language)
  await models.showInstalled()
  await look('models-none')
  // Copies: the files of the demo model itself are an entry already.
  const folder = await mkdtemp(join(tmpdir(), 'llava-desk-tour-'))
  const model = join(folder, 'tour.gguf'), projector = join(folder, 'tour-mmproj.gguf')
  try {
    await Promise.all([copyFile(demoModel.model, model), copyFile(demoModel.projector, projector)])
    await models.import('/no/such/model.gguf')
    await expect(models.importPanel.getByRole('alert')).toBeVisible()
    await look('models-import-failed')
    await models.import(model, projector)
    await tourInstalled(page, models, look, language)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  await models.leave()
}

/** Cards, their menu, a licence's address, and the form for any other repository. */
async function tourCatalogue(page: Page, models: ModelsPage, look: Look, language: 'en' | 'zh'): Promise<void> {
  await models.showCatalogue()
  await look('models-get')
  await models.cards.getByTestId('variant').first().click()
  await expect(page.getByRole('radio').first()).toBeVisible()
  await look('models-precision')
  await page.keyboard.press('Escape')
  await models.cards.first().getByRole('button', { name: words[language].licence }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await look('models-licence')
  await page.keyboard.press('Escape')
  await models.lookInto('no repository')
  await models.repository.getByRole('textbox').scrollIntoViewIfNeeded()
  await look('models-repository')
  await models.repository.getByRole('textbox').fill('')
}

/** One model with its plan, its choices, and its way out of the list. */
async function tourInstalled(page: Page, models: ModelsPage, look: Look, language: 'en' | 'zh'): Promise<void> {
  await expect(models.entries).toHaveCount(1)
  const entry = await models.expand(models.entries.first())
  await models.verdict(entry)
  await entry.scrollIntoViewIfNeeded()
  await look('models-details')
  const choices = await models.adjust(entry)
  await choices.getByRole('textbox', { name: words[language].context }).fill('1024')
  await choices.getByRole('textbox', { name: words[language].context }).blur()
  await expect(entry.getByTestId('apply')).toBeVisible()
  await models.verdict(entry)
  await look('models-adjusted')
  await entry.getByTestId('adapters').scrollIntoViewIfNeeded()
  await look('models-files')
  await page.getByTestId('import-pair').click()
  await expect(page.getByRole('dialog').getByRole('textbox')).toHaveCount(2)
  await look('choose-model')
  await page.keyboard.press('Escape')
  await entry.getByTestId('remove').click()
  await expect(page.getByRole('button', { name: words[language].undo })).toBeVisible()
  await look('models-removed')
}

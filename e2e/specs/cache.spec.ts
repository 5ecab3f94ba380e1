import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { expect, test } from '../support/fixtures.ts'
import { settled, violations } from '../support/screens.ts'
import { sentence } from '../support/sentences.ts'

const MiB = 2 ** 20
/** Names as the engine gives them: a hash of the picture or chat, and one of the weights. */
const [first, second] = ['0123456789abcdef0123456789abcdef', 'fedcba9876543210fedcba9876543210']
const weights = 'a1b2c3d4e5f60718'

const rootOf = (dataFolder: string) => join(dataFolder, 'cache', 'engine')

async function keep(dataFolder: string, name: string, bytes: number): Promise<void> {
  const path = join(rootOf(dataFolder), name)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, Buffer.alloc(bytes))
}

const kept = async (dataFolder: string): Promise<string[]> => (await readdir(rootOf(dataFolder), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name)

/** The section of the settings, in the page as a person sees it. */
async function openSettings(page: Page): Promise<{ section: Locator; usage: Locator; budget: Locator; clear: Locator }> {
  await page.keyboard.press('ControlOrMeta+,')
  const section = page.getByRole('region', { name: 'Speed' })
  await section.scrollIntoViewIfNeeded()
  return { section, usage: section.getByTestId('cache-usage'), budget: section.getByRole('combobox', { name: 'Space on disk' }), clear: section.getByTestId('cache-clear') }
}

test('shows what is kept to answer sooner, follows it while it is open, and clears it', async ({ chat, dataFolder }) => {
  await keep(dataFolder, `pictures/${first}-${weights}.emb`, 2 * MiB)
  const { page } = chat
  const { section, usage, budget, clear } = await openSettings(page)
  await expect(usage).toHaveText('2 MB of 4 GB 1 picture · 0 chats')
  await expect(budget).toHaveAccessibleDescription(/ free on this disk\./)
  await keep(dataFolder, `chats/${first}-${weights}.kv`, 3 * MiB)
  await keep(dataFolder, `chats/${first}-${weights}.json`, 0)
  await keep(dataFolder, `pictures/${second}-${weights}.emb`, 5 * MiB)
  await expect(usage).toHaveText('10 MB of 4 GB 2 pictures · 1 chat')
  await settled(page)
  expect(await violations(page)).toEqual([])

  await clear.focus()
  await page.keyboard.press('Enter')
  await expect(section.getByRole('status')).toHaveText('10 MB freed.')
  await expect(clear).toBeFocused()
  await expect(usage).toHaveText('0 bytes of 4 GB Nothing is kept yet')
  expect(await kept(dataFolder)).toEqual([])
})

test('a smaller budget makes room at once and stays after a restart', async ({ app, launch, dataFolder }) => {
  await keep(dataFolder, `chats/${first}-${weights}.kv`, MiB)
  await keep(dataFolder, `chats/${first}-${weights}.json`, 2)
  const { usage, budget, clear } = await openSettings(app.page)
  await budget.selectOption('16 GB')
  await expect(usage).toHaveText('1 MB of 16 GB 0 pictures · 1 chat')
  await budget.selectOption('Off')
  await expect(usage).toHaveText('Nothing is kept.')
  await expect.poll(async () => await kept(dataFolder)).toEqual(['limit.json'])
  await expect(clear).toHaveText('Clear what is kept')
  await settled(app.page)
  expect(await violations(app.page)).toEqual([])
  await app.stop()

  await writeFile(join(rootOf(dataFolder), 'limit.json'), JSON.stringify({ bytes: 500 * MiB }))
  const again = await openSettings((await launch()).page)
  // Set on the command line: it has its place among the others.
  await expect(again.budget.locator('option')).toHaveText(['Off', '500 MB', '1 GB', '4 GB', '16 GB', '64 GB'])
  await expect(again.budget.locator('option:checked')).toHaveText('500 MB')
  await again.budget.selectOption('1 GB')
  await expect.poll(async () => await readFile(join(rootOf(dataFolder), 'limit.json'), 'utf8')).toBe(`{"bytes":${2 ** 30}}`)
})

test('says why the figures are not known, and shows them as soon as they are', async ({ app, dataFolder }) => {
  await keep(dataFolder, 'pictures', 1)
  const { section, usage } = await openSettings(app.page)
  await expect(section.getByRole('alert')).toContainText(sentence('FILE_UNREADABLE'))
  await settled(app.page)
  expect(await violations(app.page)).toEqual([])
  await rm(join(rootOf(dataFolder), 'pictures'))
  await expect(usage).toHaveText('0 bytes of 4 GB Nothing is kept yet')
  await expect(section.getByRole('alert')).toHaveCount(0)
})

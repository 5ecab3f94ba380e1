import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { strFromU8, unzipSync } from 'fflate'
import sharp from 'sharp'
import type { Page } from '@playwright/test'
import { LocalHub } from '../../bench/hub/LocalHub.ts'
import { ChatPage } from '../support/ChatPage.ts'
import { expect, test } from '../support/fixtures.ts'
import { runCommand } from '../support/runCommand.ts'
import { settled, violations } from '../support/screens.ts'

/** A picture on which the demo model is asked something, with notes of a camera. */
async function photo(folder: string): Promise<string> {
  const path = join(folder, 'photo.jpg')
  writeFileSync(path, await sharp({ create: { width: 120, height: 90, channels: 3, background: '#c02020' } }).withExif({ IFD0: { Make: 'SECRETCAM' } }).jpeg().toBuffer())
  return path
}

async function oneChat(chat: ChatPage, folder: string): Promise<void> {
  await chat.drop(await photo(folder))
  await chat.attached(1)
  await chat.answerTo('KNOWNWORDS: what colour is this?')
}

const settings = async (page: Page) => {
  await page.keyboard.press('ControlOrMeta+,')
  const section = page.getByRole('region', { name: 'Privacy' })
  await section.scrollIntoViewIfNeeded()
  return section
}

async function check(page: Page, name: string): Promise<void> {
  await settled(page)
  await page.screenshot({ path: test.info().outputPath(`${name}.png`) })
  expect(await violations(page)).toEqual([])
}

test('a chat leaves as a file without camera data, comes back by hand and by command, and is the same', async ({ chat, dataFolder }, info) => {
  test.setTimeout(120_000)
  const { page } = chat
  await oneChat(chat, info.outputDir)
  const shared = page.waitForEvent('download')
  await chat.lastAnswer.getByTestId('share').click()
  await (await shared).saveAs(info.outputPath('shared.png'))
  const { width, height, format } = await sharp(info.outputPath('shared.png')).metadata()
  expect([format, width]).toEqual(['png', 1440])
  expect(height).toBeGreaterThan(700)
  // The question's picture is in it.
  const { data, info: size } = await sharp(info.outputPath('shared.png')).raw().toBuffer({ resolveWithObject: true })
  const isRed = (at: number) => (data[at] ?? 0) > 150 && (data[at + 1] ?? 255) < 80 && (data[at + 2] ?? 255) < 80
  expect(Array.from({ length: size.width * size.height }, (_, index) => isRed(index * size.channels)).filter(Boolean).length).toBeGreaterThan(50_000)
  await chat.sidebar.getByRole('listitem').filter({ hasText: 'KNOWNWORDS' }).hover()
  await chat.sidebar.getByRole('button', { name: /^More for “KNOWNWORDS/ }).click()
  await page.getByRole('dialog', { name: /^More for “KNOWNWORDS/ }).getByRole('button', { name: 'Export…' }).click()
  await check(page, 'export')
  const download = page.waitForEvent('download')
  await page.getByTestId('export-chats-save').click()
  const file = info.outputPath('chat.zip')
  await (await download).saveAs(file)
  await expect(page.getByTestId('export-chats')).toHaveCount(0)
  const parts = unzipSync(readFileSync(file))
  expect(strFromU8(parts['chat.json'] ?? new Uint8Array())).toContain('KNOWNWORDS')
  expect(readFileSync(file).toString('latin1')).not.toContain('SECRETCAM')

  const section = await settings(page)
  await section.getByTestId('open-import').click()
  await page.getByTestId('import-file').setInputFiles({ name: 'notes.zip', mimeType: 'application/zip', buffer: Buffer.from('# no export') })
  await expect(page.getByTestId('import-chats').getByRole('alert')).toContainText('not an export that can be imported')
  await page.getByTestId('import-file').setInputFiles(file)
  await expect(page.getByTestId('import-chats')).toContainText('here already')
  await expect(page.getByTestId('import-take')).toBeDisabled()
  await page.getByTestId('import-copies').check()
  await check(page, 'import')
  await page.getByTestId('import-take').click()
  await expect(page.getByTestId('import-chats')).toHaveCount(0)
  await page.keyboard.press('Escape')
  await expect(chat.sidebar.getByRole('button', { name: /^KNOWNWORDS/ })).toHaveCount(2)
  await expect(page.getByTestId('answer')).toHaveCount(1)

  const other = info.outputPath('other')
  expect(await runCommand(other, ['chats', 'import', file, '--dry-run'])).toMatchObject({ code: 0, stdout: expect.stringContaining('1 chat would be imported') })
  expect(await runCommand(other, ['chats', 'import', file])).toMatchObject({ code: 0, stdout: '1 chat imported.\n' })
  expect(await runCommand(other, ['chats', 'import', file])).toMatchObject({ code: 0, stdout: '0 chats imported, 1 already here.\n' })
  expect((await runCommand(other, ['chats', 'list'])).stdout).toContain('2 messages')
  const page2 = info.outputPath('chat.html')
  expect((await runCommand(other, ['chats', 'export', '--all', '--format', 'html', '-o', page2])).code).toBe(0)
  expect(readFileSync(page2, 'utf8')).toContain('data:image/jpeg;base64,')
  expect(await runCommand(other, ['chats', 'export'])).toMatchObject({ code: 2 })
  expect(await runCommand(dataFolder, ['chats', 'import', page2])).toMatchObject({ code: 1, stderr: expect.stringContaining('for reading only') })
})

test('offline holds, connections are listed, and everything can be deleted with proof', async ({ launch }, info) => {
  test.setTimeout(120_000)
  const hub = await LocalHub.start()
  try {
    hub.put('owner/name/model.gguf', Buffer.from('not much of a model'))
    const dataFolder = info.outputPath('data')
    const app = await launch()
    const { page } = app, chat = new ChatPage(page)
    await oneChat(chat, info.outputDir)
    let section = await settings(page)
    await expect(section.getByTestId('no-connections')).toHaveText('None so far.')
    await section.getByTestId('offline').check()
    await check(page, 'privacy')
    await page.keyboard.press('Escape')
    expect(await runCommand(dataFolder, ['models', 'pull', 'owner/name', '--model', 'model.gguf', '--mmproj', 'mmproj.gguf'], { HF_ENDPOINT: hub.url })).toMatchObject({ code: 1, stderr: expect.stringContaining('stay offline') })
    expect(hub.seen).toEqual([])
    section = await settings(page)
    await expect(section.getByTestId('connections')).toContainText('refused: offline')
    await section.getByTestId('offline').uncheck()
    await section.getByTestId('open-erase').click()
    await expect(page.getByTestId('erase')).toContainText('1 chat · 2 messages · 1 picture')
    await expect(page.getByTestId('erase-now')).toBeDisabled()
    await page.getByTestId('erase-sure').check()
    await check(page, 'erase')
    await page.getByTestId('erase-now').click()
    await expect(page.getByTestId('erase-report')).toHaveAttribute('data-whole', 'true', { timeout: 30_000 })
    await check(page, 'erased')
    const files = (folder: string) => (existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()) : [])
    expect(files(join(dataFolder, 'images'))).toEqual([])
    for (const name of ['chats.db', 'chats.db-wal']) if (existsSync(join(dataFolder, name))) expect(readFileSync(join(dataFolder, name)).toString('latin1')).not.toContain('KNOWNWORDS')
    await page.getByTestId('erase-done').click()
    await expect(chat.sidebar).toContainText('Your chats will appear here.')
  } finally {
    await hub.stop()
  }
})

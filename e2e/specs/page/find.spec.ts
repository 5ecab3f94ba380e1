import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { ChatPage } from '../../support/ChatPage.ts'
import { environment } from '../../support/environment.ts'
import { expect, test } from '../../support/fixtures.ts'
import { root } from '../../support/hosts.ts'
import { lookAt } from '../../support/screens.ts'

/** Fills a data folder before the app starts. */
function fill(script: 'longChatProcess' | 'manyChatsProcess', dataFolder: string, count: number): void {
  execFileSync(process.execPath, ['--import', 'tsx', join(root, `main/storage/testing/${script}.ts`), dataFolder, String(count)], { cwd: root, env: environment(dataFolder) })
}

test('a message far up in a long chat is found and shown, by keyboard alone', async ({ launch, dataFolder }, info) => {
  fill('longChatProcess', dataFolder, 110)
  const chat = new ChatPage((await launch()).page)
  const look = lookAt(chat.page, info)
  const { page } = chat
  await expect(chat.badge).toHaveAttribute('data-state', 'ready', { timeout: 30_000 })
  await page.keyboard.press('ControlOrMeta+Shift+f')
  const field = page.getByRole('combobox', { name: 'Search all chats' })
  await expect(field).toBeFocused()

  await page.keyboard.type('receipt')
  await expect(page.getByTestId('search-status')).toHaveText('More than 50 places found')
  await look('many')
  await page.getByTestId('search-more').click()
  await expect(page.getByTestId('search-status')).toHaveText('More than 100 places found')

  await page.keyboard.press('ControlOrMeta+Shift+f')
  await page.keyboard.type('nowhere at all')
  await expect(page.getByText('Nothing found for “nowhere at all”.')).toBeVisible()
  await look('nothing')

  await field.fill('"**receipt 50**"')
  const hit = page.getByRole('option')
  await expect(hit).toHaveCount(1)
  await expect(hit.locator('mark')).toHaveText('**receipt 50**')
  await look('one')
  await page.keyboard.press('Enter')
  const message = page.locator('[data-message-id]', { hasText: 'receipt 50 from' })
  await expect(message).toBeFocused()
  await expect(message).toBeInViewport()
  await look('revealed')
  // It stays there, also when the mark is gone.
  await expect(message).not.toHaveClass(/marked/)
  await expect(message).toBeInViewport()

  await page.keyboard.press('ControlOrMeta+Shift+f')
  await expect(field).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(field).toHaveValue('')
  await expect(chat.sidebar.getByRole('button', { name: 'Long chat', exact: true })).toBeVisible()
})

test('ten thousand chats: few are drawn, all can be reached and found', async ({ launch, dataFolder }, info) => {
  test.setTimeout(180_000)
  fill('manyChatsProcess', dataFolder, 10_000)
  const chat = new ChatPage((await launch()).page)
  const look = lookAt(chat.page, info)
  await expect(chat.badge).toHaveAttribute('data-state', 'ready', { timeout: 60_000 })
  const entries = chat.sidebar.getByRole('listitem')
  await expect(entries.first()).toContainText('Chat 10000')
  expect(await entries.count()).toBeLessThan(150)
  await look('newest')
  await chat.sidebar.evaluate((nav) => {
    for (const element of nav.querySelectorAll('*')) element.scrollTop = element.scrollHeight
  })
  await expect(chat.sidebar.getByRole('button', { name: 'Chat 1', exact: true })).toBeInViewport()
  expect(await entries.count()).toBeLessThan(150)

  const field = chat.page.getByTestId('search')
  // Three characters and more are looked for everywhere, fewer in the newest messages.
  await field.fill('总额为77元')
  await expect(chat.page.getByRole('option')).toHaveCount(1)
  await field.press('Enter')
  await expect(chat.answers).toHaveText(['It has the number 77，发票总额为77元。'])
  await field.fill('77')
  await expect(chat.page.getByTestId('search-more')).toHaveText('Show more')
  await field.fill('Z7')
  await expect(chat.page.getByText('Nothing found for “Z7” in the newest messages.')).toBeVisible()
  await look('bounded')
  await chat.page.getByTestId('search-more').click()
  await expect(chat.page.getByText('Nothing found for “Z7”.')).toBeVisible()
})

test('chats are pinned, labelled and archived, and stay so', async ({ launch, dataFolder }, info) => {
  fill('manyChatsProcess', dataFolder, 5)
  const chat = new ChatPage((await launch()).page)
  const look = lookAt(chat.page, info)
  const { page, sidebar } = chat
  await expect(chat.badge).toHaveAttribute('data-state', 'ready', { timeout: 30_000 })
  const choose = async (number: number, entry: string | RegExp) => {
    await sidebar.getByRole('listitem').filter({ hasText: `Chat ${number}` }).hover()
    await sidebar.getByRole('button', { name: `More for “Chat ${number}”` }).click()
    await page.getByRole('dialog', { name: `More for “Chat ${number}”` }).getByRole('button', { name: entry }).click()
  }
  const names = sidebar.locator('li .title')

  await choose(2, 'Pin to the top')
  await expect(names).toHaveText(['Chat 2', 'Chat 5', 'Chat 4', 'Chat 3', 'Chat 1'])
  await choose(4, 'Labels…')
  await page.getByTestId('new-tag').fill('Taxes')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('checkbox', { name: 'Taxes' })).toBeChecked()
  await look('labels')
  await page.keyboard.press('Escape')
  await page.getByTestId('tag-filter').getByRole('button', { name: 'Taxes' }).click()
  await expect(names).toHaveText(['Chat 4'])
  await look('filtered')
  await page.getByTestId('tag-filter').getByRole('button', { name: 'All' }).click()

  await choose(5, /^Archive/)
  await expect(names).toHaveText(['Chat 2', 'Chat 4', 'Chat 3', 'Chat 1'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(names).toHaveText(['Chat 2', 'Chat 5', 'Chat 4', 'Chat 3', 'Chat 1'])
  await choose(5, /^Archive/)
  await page.reload()
  await expect(names).toHaveText(['Chat 2', 'Chat 4', 'Chat 3', 'Chat 1'])
  await page.getByTestId('archived').click()
  await expect(names).toHaveText(['Chat 2', 'Chat 4', 'Chat 3', 'Chat 1', 'Chat 5'])
  await sidebar.getByRole('listitem').filter({ hasText: 'Chat 3' }).hover()
  await sidebar.getByRole('button', { name: 'More for “Chat 3”' }).click()
  await look('menu')
  await page.keyboard.press('Escape')

  // An archived chat is found.
  await page.getByTestId('search').fill('"number 5"')
  await expect(page.getByRole('option')).toHaveCount(1)
  await expect(page.getByRole('listbox')).toContainText('archived')
  await page.keyboard.press('Escape')
  await choose(5, 'Move back to the list')
  await expect(names).toHaveText(['Chat 2', 'Chat 5', 'Chat 4', 'Chat 3', 'Chat 1'])
})

test.describe('on a narrow dark screen, in Chinese', () => {
  test.use({ colorScheme: 'dark', locale: 'zh-CN', viewport: { width: 360, height: 740 } })

  test('a search fits and leads to the message', async ({ launch, dataFolder }, info) => {
    fill('manyChatsProcess', dataFolder, 30)
    const chat = new ChatPage((await launch()).page)
    const look = lookAt(chat.page, info)
    const { page } = chat
    await expect(chat.badge).toHaveAttribute('data-state', 'ready', { timeout: 30_000 })
    await page.getByRole('button', { name: '搜索所有对话' }).click()
    await expect(page.getByTestId('search')).toBeFocused()
    await page.keyboard.type('总额')
    await expect(page.getByRole('option')).toHaveCount(30)
    await look('found')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
    await page.getByRole('option').nth(2).click()
    await expect(page.locator('[data-message-id]', { hasText: '总额为28元' })).toBeInViewport()
    await look('revealed')
  })
})

import { ChatPage } from '../../support/ChatPage.ts'
import { expect, test } from '../../support/fixtures.ts'
import { samplePath } from '../../support/samples.ts'
import { lookAt } from '../../support/screens.ts'

test('everything is done by keyboard alone: a question, its chat and the settings by the palette, the keys on a page of their own', async ({ launch }, info) => {
  const chat = new ChatPage((await launch()).page)
  const look = lookAt(chat.page, info)
  const { page } = chat
  const palette = page.getByTestId('commands')
  const typed = palette.getByRole('combobox')
  await expect(chat.badge).toHaveAttribute('data-state', 'ready', { timeout: 30_000 })
  await chat.composer.focus()

  await page.keyboard.press('ControlOrMeta+k')
  await expect(typed).toBeFocused()
  await look('palette')
  await page.keyboard.type('attach')
  await expect(palette.getByRole('option', { selected: true })).toHaveText('Attach pictures or documents')
  await page.keyboard.press('Escape')
  await expect(palette).toHaveCount(0)
  await chat.paste(samplePath('receipt-1.png'))
  await expect(page.getByRole('list', { name: 'Suggested questions' })).toBeVisible()
  await expect(chat.composer).toBeFocused()
  await page.keyboard.type('What is the total?')
  await expect(chat.composer).toHaveValue('What is the total?')
  await page.keyboard.press('Enter')
  await expect(chat.lastAnswer).toContainText('$25.97')

  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type('pin this')
  await expect(palette.getByRole('option', { selected: true })).toHaveText('Pin this chat to the top')
  await page.keyboard.press('Enter')
  await expect(palette).toHaveCount(0)
  await expect(chat.sidebar.getByText('Pinned')).toBeVisible()

  // The palette leads back to a chat by its title, over a screen that covers it.
  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type('extract templ')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('extract-page')).toBeVisible()
  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type('total')
  await expect(palette.getByRole('option', { selected: true })).toContainText('What is the total?')
  await look('found')
  await page.keyboard.press('Enter')
  await expect(chat.lastAnswer).toContainText('$25.97')

  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type('theme dark')
  await page.keyboard.press('Enter')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.keyboard.press('ControlOrMeta+/')
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible()
  await look('keys-dark')
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type('nothing of that kind')
  await expect(palette.getByText('No command or chat with these words.')).toBeVisible()
  await look('nothing-dark')
  // Enter has nothing to do; Esc leaves.
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await expect(palette).toHaveCount(0)
})

test('the palette is whole on a narrow screen in Chinese, and works by the mouse', async ({ launch }, info) => {
  const chat = new ChatPage((await launch()).page)
  const look = lookAt(chat.page, info)
  const { page } = chat
  await expect(chat.badge).toHaveAttribute('data-state', 'ready', { timeout: 30_000 })
  await page.keyboard.press('ControlOrMeta+,')
  await page.getByRole('dialog', { name: 'Settings' }).getByLabel('Language').selectOption('zh-CN')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '所有命令' }).click()
  await page.setViewportSize({ width: 380, height: 700 })
  await look('palette-narrow-chinese')
  await page.keyboard.type('键盘')
  await page.getByTestId('commands').getByRole('option').first().click()
  await expect(page.getByRole('dialog', { name: '键盘' })).toBeVisible()
  await look('keys-narrow-chinese')
})

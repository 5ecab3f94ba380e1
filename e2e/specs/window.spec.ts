import { expect, test } from '../support/fixtures.ts'
import { ChatPage } from '../support/ChatPage.ts'
import { ModelsPage } from '../support/ModelsPage.ts'
import { demoModel } from '../support/samples.ts'

// What only the window host has. A browser tab may go where its person wants.
test.beforeEach(({ host }) => test.skip(host === 'browser', 'the browser host has no window of its own'))

const elsewhere = 'https://elsewhere.invalid/'

test.describe('a page that wants to leave', () => {
  test.use({ outside: /^https:\/\/elsewhere\.invalid\// })

  test('neither navigates nor opens a window', async ({ chat }) => {
    const { page } = chat
    const before = page.url()
    const failed = page.waitForEvent('requestfailed')
    await page.evaluate((url) => location.assign(url), elsewhere)
    await failed
    await page.evaluate((url) => void window.open(url), elsewhere)
    await expect.poll(() => page.context().pages().filter((other) => other.url().startsWith(elsewhere)).length).toBe(0)
    expect(page.url()).toBe(before)
    await expect(chat.composer).toBeEditable()
  })
})

test('the page gets one bridge with two functions, and nothing of Node', async ({ chat }) => {
  const found = await chat.page.evaluate(() => ({
    bridge: Object.keys((window as unknown as { bridge: object }).bridge).sort(),
    node: ['require', 'process', 'module', 'global', 'Buffer', 'electron'].filter((name) => name in window),
  }))
  expect(found).toEqual({ bridge: ['connect', 'pathForFile'], node: [] })
})

test('a model is chosen with the native dialog', async ({ launch }) => {
  const chat = new ChatPage((await launch({ chosenFile: demoModel.model })).page)
  await expect(chat.badge).toHaveAttribute('data-state', 'ready', { timeout: 30_000 })
  const models = new ModelsPage(chat.page)
  await models.open()
  await models.installedTab.click()
  await chat.page.getByTestId('import-pair').click()
  const dialog = chat.page.getByRole('dialog', { name: 'Choose a model' })
  await dialog.getByRole('button', { name: 'Choose… (Language model)' }).click()
  await expect(dialog.getByRole('textbox', { name: 'Language model' })).toHaveValue(demoModel.model)
})

test('asks the system for nothing but to copy', async ({ chat }) => {
  const states = await chat.page.evaluate(async () => {
    const ask = async (name: string) => (await navigator.permissions.query({ name: name as PermissionName })).state
    return { geolocation: await ask('geolocation'), notifications: await ask('notifications'), camera: await ask('camera'), read: await ask('clipboard-read'), write: await ask('clipboard-write') }
  })
  expect(states).toEqual({ geolocation: 'denied', notifications: 'denied', camera: 'denied', read: 'denied', write: 'granted' })
})

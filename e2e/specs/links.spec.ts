import { ChatPage } from '../support/ChatPage.ts'
import { expect, test } from '../support/fixtures.ts'
import { samplePath } from '../support/samples.ts'

const address = 'https://elsewhere.invalid/page'

/** Presses a link of an answer. The demo model writes none, so the page is given one as the page itself would write it. */
async function pressLink(chat: ChatPage): Promise<void> {
  await chat.drop(samplePath('receipt-1.png'))
  await chat.answerTo('What is the total?')
  await chat.answers.last().evaluate((answer, to) => {
    const link = Object.assign(document.createElement('button'), { type: 'button', textContent: 'this page' })
    link.dataset['address'] = to
    answer.firstElementChild?.append(link)
  }, address)
  await chat.lastAnswer.getByRole('button', { name: 'this page' }).click()
}

/** The pages of the browser that show the address. */
const opened = (chat: ChatPage) => chat.page.context().pages().filter((page) => page.url() === address || page.url().startsWith('chrome-error:'))

test.describe('a link in an answer, in a browser', () => {
  test.beforeEach(({ host }) => test.skip(host !== 'browser', 'the window host asks in a box of its own'))

  test('shows its address first, and opens in a new tab where the person says so', async ({ chat }) => {
    await pressLink(chat)
    const dialog = chat.page.getByRole('dialog', { name: 'Open this address?' })
    await expect(dialog).toContainText(address)
    expect(chat.page.context().pages()).toHaveLength(1)
    const tab = chat.page.context().waitForEvent('page')
    await dialog.getByRole('button', { name: 'Open in a new tab' }).click()
    // It gets no hold of the app's page.
    expect(await (await tab).evaluate(() => window.opener as unknown)).toBeNull()
    await expect(dialog).toHaveCount(0)
    await expect.poll(() => opened(chat).length).toBe(1)
  })
})

test.describe('a link in an answer, in the window', () => {
  test.beforeEach(({ host }) => test.skip(host !== 'stand-in', 'only the stand-in tells what a native box said and was answered'))

  for (const { button, ends } of [
    { button: 'Open', ends: `stand-in: openExternal ${address}` },
    { button: 'Copy Address', ends: `stand-in: copied ${address}` },
    { button: 'Cancel', ends: null },
  ])
    test(`is asked about once, natively; then ${button}`, async ({ launch }) => {
      const app = await launch({ environment: { STAND_IN_PRESSED_BUTTON: button } }), chat = new ChatPage(app.page)
      const before = chat.page.context().pages().length
      await pressLink(chat)
      await expect.poll(() => app.log()).toMatch(/stand-in: message box:.*https:\/\/elsewhere\.invalid\/page/)
      if (ends !== null) await expect.poll(() => app.log()).toContain(ends)
      await expect(chat.page.getByRole('dialog')).toHaveCount(0)
      await expect.poll(() => chat.page.context().pages().map((page) => page.url())).toHaveLength(before)
      const told = app.log().split('\n').filter((line) => /^stand-in: (message box|openExternal|copied)/.test(line))
      expect(told).toEqual([expect.stringContaining('message box'), ...(ends === null ? [] : [ends])])
    })
})

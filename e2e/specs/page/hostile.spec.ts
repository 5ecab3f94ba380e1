import type { Page } from '@playwright/test'
import { allowedAttributes, allowedTags, mathAttributes, mathTags } from '../../support/allowedInAnswers.ts'
import { ChatPage } from '../../support/ChatPage.ts'
import { expect, test } from '../../support/fixtures.ts'
import { enormousAnswers, hostileAnswers } from '../../support/hostileAnswers.ts'
import { storeAnswers } from '../../support/storedAnswers.ts'

/** The most a press may wait for its effect, in milliseconds: far beyond what it takes, and far from a page that hangs. */
const alive = 5_000

/** What must not happen while an answer is shown, noted as it happens. */
async function watch(page: Page, origin: string): Promise<string[]> {
  const happened: string[] = []
  // The four samples of the empty chat are the page's own, and are there before anything is watched.
  await page.waitForFunction(() => [...document.images].filter(({ src, complete }) => src.startsWith('blob:') && complete).length === 4)
  page.on('dialog', (dialog) => {
    happened.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('frameattached', (frame) => happened.push(`frame: ${frame.url()}`))
  page.on('popup', (popup) => happened.push(`popup: ${popup.url()}`))
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`)) happened.push(`request: ${request.url()}`)
  })
  page.on('pageerror', (error) => happened.push(`error: ${error.message}`))
  // Gone if the page is left or loaded anew.
  await page.evaluate(() => ((window as { __same?: boolean }).__same = true))
  return happened
}

/** Elements and attributes within the answers that are not of the kinds an answer may consist of. */
async function foreign(page: Page): Promise<string[]> {
  return await page.evaluate(
    ({ tags, attributes }) =>
      [...document.querySelectorAll('[data-testid="answer"] :is(.block, .table, pre) *')].flatMap((element) => [
        ...(tags.includes(element.localName) ? [] : [element.outerHTML.slice(0, 200)]),
        ...[...element.attributes].filter(({ name }) => !attributes.includes(name)).map(({ name, value }) => `${element.localName} ${name}=${value.slice(0, 100)}`),
        ...[...element.attributes].filter(({ name, value }) => name === 'data-address' && !/^(?:https?|mailto):[\x21-\x7E]*$/.test(value)).map(({ value }) => value),
      ]),
    { tags: [...allowedTags, ...mathTags] as string[], attributes: [...allowedAttributes, ...mathAttributes] as string[] },
  )
}

/** Traces of anything that ran, or that changed the page beyond the answer. */
async function traces(page: Page): Promise<unknown> {
  return await page.evaluate(() => ({
    same: (window as { __same?: boolean }).__same ?? false,
    ran: (window as { __ran?: unknown }).__ran ?? null,
    sheets: [...document.styleSheets].filter(({ href }) => href === null || !href.startsWith(location.origin)).length,
    loading: document.querySelectorAll('iframe, object, embed, base, video, audio, meta[http-equiv="refresh"], [data-testid="answer"] form').length,
    foreignImages: [...document.images].filter(({ src }) => !src.startsWith(location.origin)).length,
  }))
}
const none = { same: true, ran: null, sheets: 0, loading: 0, foreignImages: 0 }

const open = async (chat: ChatPage, title: string) => await chat.sidebar.getByRole('button', { name: title, exact: true }).click({ timeout: alive })

test('there are enough hostile answers', () => expect(Object.values(hostileAnswers).flat().length).toBeGreaterThanOrEqual(80))

test('hostile answers run nothing, fetch nothing, and can be read', async ({ launch, dataFolder }) => {
  test.setTimeout(180_000)
  const groups = Object.entries(hostileAnswers)
  storeAnswers(dataFolder, groups.map(([title, answers]) => ({ title, answers: answers.map((text, at) => `begin-${at}-word\n\n${text}\n\nend-${at}-word`) })))
  const app = await launch(), chat = new ChatPage(app.page)
  const happened = await watch(app.page, app.origin)
  for (const [title, answers] of groups) {
    await open(chat, title)
    await expect(chat.answers).toHaveCount(answers.length)
    await expect(chat.answers.last()).toContainText(`end-${answers.length - 1}-word`)
    // Formulas are set by a part of the page that comes when it is needed.
    if (title === 'formulas') await expect(chat.answers.locator('math').first()).toBeAttached()
    for (const [at, answer] of (await chat.answers.all()).entries()) {
      await answer.scrollIntoViewIfNeeded({ timeout: alive })
      const text = await answer.innerText()
      expect(text, `${title} ${at}`).toContain(`begin-${at}-word`)
      expect(text, `${title} ${at}`).toContain(`end-${at}-word`)
    }
    expect(await foreign(app.page), title).toEqual([])
    expect(await traces(app.page), title).toEqual(none)
    // A pointer over all of it sets nothing off either.
    for (const box of [chat.answers.first(), chat.answers.last()]) await box.hover({ timeout: alive })
    expect(happened, title).toEqual([])
  }
})

test('hidden characters are seen, in code and where they turn text around', async ({ launch, dataFolder }) => {
  storeAnswers(dataFolder, [{ title: 'tricks', answers: hostileAnswers['tricks'] ?? [] }])
  const chat = new ChatPage((await launch()).page)
  await open(chat, 'tricks')
  await expect(chat.answers.nth(0).locator('.hidden-character')).toHaveText(['U+202E', 'U+2066', 'U+2069', 'U+2066'])
  await expect(chat.answers.nth(1).locator('pre .hidden-character').filter({ hasText: 'U+200B' })).toHaveCount(1)
  await expect(chat.answers.nth(2).locator('.hidden-character')).toHaveText(['U+202E', 'U+202C', 'U+2067'])
  const texts = (await chat.answers.allTextContents()).join('')
  for (const character of ['\u202E', '\u2066', '\u0007']) expect(texts).not.toContain(character)
})

test('a page that shows answers of any size stays alive', async ({ launch, dataFolder }) => {
  test.setTimeout(300_000)
  storeAnswers(dataFolder, [{ title: 'Other', answers: ['a short answer'] }, ...enormousAnswers.map(({ name, text }) => ({ title: name, answers: [text] }))])
  const app = await launch(), chat = new ChatPage(app.page)
  const happened = await watch(app.page, app.origin)
  for (const { name, seen } of enormousAnswers)
    await test.step(name, async () => {
      await open(chat, name)
      await expect(chat.answers.first()).toContainText(seen, { timeout: 4 * alive })
      const more = chat.page.getByTestId('show-more')
      if ((await more.count()) > 0) {
        await more.click({ timeout: alive })
        await expect(chat.answers.first()).toContainText(seen)
      }
      expect(await foreign(app.page)).toEqual([])
      await open(chat, 'Other')
      await expect(chat.answers).toHaveText('a short answer', { timeout: alive })
    })
  expect(await traces(app.page)).toEqual(none)
  expect(happened).toEqual([])
})

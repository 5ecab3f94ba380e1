import { isAlive } from '../../main/engine/native/build/lock.mjs'
import { ChatPage } from '../support/ChatPage.ts'
import { expect, test } from '../support/fixtures.ts'
import { enginesBelow } from '../support/Process.ts'
import { untilReady } from '../support/RunningApp.ts'
import { sentence } from '../support/sentences.ts'
import { slowAnswers } from '../support/slowModel.ts'

test.use({ settings: slowAnswers() })

test('stops in mid-answer, keeps the text, and answers again', async ({ chat }) => {
  await chat.ask('Tell me a long story.')
  await chat.writing()
  await chat.stopButton.click()
  await chat.idle()
  const kept = await chat.lastText()
  expect(kept.length).toBeGreaterThan(20)
  await expect(chat.lastAnswer).toContainText('You stopped this answer.')

  await chat.retryButton.click()
  await chat.writing()
  await chat.stopButton.click()
  await chat.idle()
  await expect(chat.answers).toHaveCount(1)
})

test('a reload in mid-answer loses nothing, and the answer goes on', async ({ chat }) => {
  await chat.ask('Tell me a long story.')
  await chat.writing()
  const before = await chat.lastText()
  await chat.page.reload()
  await untilReady(chat.page)
  await expect(chat.answers).toHaveCount(1)
  await chat.writing(before.length)
  expect((await chat.lastText()).startsWith(before)).toBe(true)
  await chat.stopButton.click()
  await chat.idle()
})

test('kill -9 of the engine in mid-answer keeps the text, says what happened, and one press answers again', async ({ chat, app }) => {
  await chat.ask('Tell me a long story.')
  await chat.writing()
  const before = await chat.lastText()
  const [engine] = enginesBelow(app.pid)
  expect(engine).toBeDefined()
  process.kill(engine!, 'SIGKILL')

  await chat.idle()
  await expect(chat.lastAnswer).toContainText(sentence('ENGINE_CRASHED'))
  expect((await chat.lastText()).startsWith(before)).toBe(true)

  await chat.lastAnswer.getByRole('button', { name: 'Retry' }).click()
  await chat.writing()
  await expect(chat.answers).toHaveCount(1)
  await chat.stopButton.click()
  await chat.idle()
  expect(enginesBelow(app.pid)).not.toContain(engine)
})

test('kill -9 of the whole app in mid-answer keeps what was written', async ({ chat, app, launch }) => {
  await chat.ask('Tell me a long story.')
  await chat.writing(60)
  const shown = await chat.lastText()
  const since = Date.now()
  const engines = enginesBelow(app.pid)
  // At most the last second may be lost, and this was shown before that.
  await expect.poll(() => Date.now() - since).toBeGreaterThan(1000)
  await expect(chat.stopButton).toBeVisible()
  await app.kill()
  // The engine must notice that nobody is left.
  await expect.poll(() => engines.filter(isAlive), { timeout: 15_000 }).toEqual([])
  // A window ends with its program; a page in a browser stays, and this address never works again.
  if (app.host === 'browser') await expect(chat.page.getByRole('alert').filter({ hasText: 'open the address that the program prints' })).toBeVisible()

  const again = new ChatPage((await launch()).page)
  await again.sidebar.getByRole('button', { name: 'Tell me a long story.', exact: true }).click()
  await expect(again.lastAnswer.getByRole('button', { name: 'Retry' })).toBeVisible()
  expect((await again.lastText()).startsWith(shown)).toBe(true)
})

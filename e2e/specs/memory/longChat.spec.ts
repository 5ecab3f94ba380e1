import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { ChatPage } from '../../support/ChatPage.ts'
import { environment } from '../../support/environment.ts'
import { expect, test } from '../../support/fixtures.ts'
import { root } from '../../support/hosts.ts'
import { rendererMemory, type RendererMemory } from '../../support/rendererMemory.ts'
import { settled, violations } from '../../support/screens.ts'

const answers = 1000
const limit = 200e6

const inMegabytes = ({ heap, resident, own }: RendererMemory) => [heap, own, resident].map((bytes) => (bytes === null ? '-' : `${Math.round(bytes / 1e6)} MB`)).join(', ')

test(`a chat of ${answers} answers takes at most 200 MB of the page's process, and can be read to its beginning`, async ({ launch, dataFolder }) => {
  test.setTimeout(180_000)
  execFileSync(process.execPath, ['--import', 'tsx', join(root, 'main/storage/testing/longChatProcess.ts'), dataFolder, String(answers)], { cwd: root, env: environment(dataFolder) })
  const chat = new ChatPage((await launch()).page)
  await expect(chat.badge).toHaveAttribute('data-state', 'ready', { timeout: 30_000 })
  const before = await rendererMemory(chat.page)
  await chat.sidebar.getByRole('button', { name: 'Long chat', exact: true }).click()
  await expect(chat.answers.last()).toContainText(`receipt ${answers}`)
  await expect(chat.answers.last()).toBeInViewport()
  await settled(chat.page)
  const after = await rendererMemory(chat.page)
  console.log(`renderer (heap, own, resident): ${inMegabytes(before)} without a chat; ${inMegabytes(after)} with one of ${answers} answers`)
  expect(after.heap).toBeLessThan(limit)
  // Resident memory counts the browser's own code, which all of its processes share.
  if (after.own !== null) expect(after.own).toBeLessThan(limit)

  const earlier = chat.page.getByTestId('earlier'), shown = await chat.answers.count()
  await expect(earlier).toHaveText('Show earlier messages (1,900)')
  await earlier.scrollIntoViewIfNeeded()
  expect(await violations(chat.page)).toEqual([])
  const first = chat.answers.filter({ hasText: `receipt ${answers - shown + 1} ` })
  const place = async () => await first.evaluate((answer) => Math.round(answer.getBoundingClientRect().top))
  const top = await place()
  await earlier.press('Enter')
  await expect(chat.answers).toHaveCount(2 * shown)
  // What was being read stays where it was.
  await expect.poll(async () => Math.abs((await place()) - top)).toBeLessThan(2)
  await expect(earlier).toBeFocused()
})

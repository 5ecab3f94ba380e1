import { mkdirSync } from 'node:fs'
import type { Message } from '../../../main/contract/domains/chat.ts'
import { Connection } from '../../support/connect.ts'
import { expect, test } from '../../support/fixtures.ts'
import { addressLine, startServer } from '../../support/launchBrowserHost.ts'
import { enginesBelow, type Process } from '../../support/Process.ts'
import { samplePath, truth } from '../../support/samples.ts'

const kills = 100
/** Steps of an answer (progress, pieces of text) to choose from; the demo model, made to babble, takes about as many. */
const mostSteps = 12
const total = 'What is the total?'

/** Mulberry32: the same moments in every run. */
function randomNumbers(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Asks, kills the engine at a random step of the answer and a random moment within it, and returns what the answer became. */
async function killWhileAnswering(server: Process, connection: Connection, image: string, random: () => number): Promise<Message> {
  const engines = enginesBelow(server.pid)
  const answer = await connection.ask('Describe the image.', [image], { temperature: 5, topP: 1, maxTokens: 400, seed: Math.floor(random() * 1e9) })
  let steps = Math.floor(random() * mostSteps)
  const kill = async () => {
    await new Promise((resolve) => setTimeout(resolve, random() * 20))
    for (const pid of engines) process.kill(pid, 'SIGKILL')
  }
  for await (const event of await connection.client.chats.follow({ messageId: answer.id })) {
    if (steps-- === 0 || (steps >= 0 && event.type === 'end')) await kill()
    if (event.type === 'end') return event.message
  }
  throw new Error('the answer ended without its message')
}

test(`${kills} kills of the engine at random moments lose no finished message`, async ({}, info) => {
  test.setTimeout(400_000)
  const dataFolder = info.outputPath('data')
  mkdirSync(dataFolder, { recursive: true })
  const random = randomNumbers(20261123)
  const finished = new Map<string, string>()
  const counts = { beforeText: 0, inMidAnswer: 0, afterTheEnd: 0, nextQuestion: 0 }
  let server = startServer({ dataFolder })
  try {
    let connection = await Connection.open((await server.waitFor(addressLine))[0])
    const image = await connection.addImage(samplePath('receipt-1.png'))
    for (let i = 0; i < kills; i++) {
      let good = await connection.finished((await connection.ask(total, [image])).id)
      if (good.status !== 'done') {
        // The last kill met an engine that was done already, and this question before its death was noticed.
        expect(good).toMatchObject({ error: { code: 'ENGINE_CRASHED' } })
        counts.nextQuestion++
        good = await connection.finished((await connection.client.chats.retry({ messageId: good.id })).answer.id)
      }
      expect(good, `after ${i} kills`).toMatchObject({ status: 'done', text: truth('receipt-1.png', total), error: null })
      finished.set(good.id, good.text)
      const hit = await killWhileAnswering(server, connection, image, random)
      if (hit.status === 'done') counts.afterTheEnd++
      else expect(hit).toMatchObject({ error: { code: 'ENGINE_CRASHED' }, stop: 'failed' })
      if (hit.status !== 'done') counts[hit.text === '' ? 'beforeText' : 'inMidAnswer']++
      // The database cannot hold a null character, which babble may have; it keeps U+FFFD, as a page shows it.
      finished.set(hit.id, hit.text.replaceAll('\0', '\uFFFD'))
    }
    connection.close()
    // Then the program itself, without a chance to tidy up.
    await server.kill()
    server = startServer({ dataFolder })
    connection = await Connection.open((await server.waitFor(addressLine))[0])
    const kept = await connection.everyMessage()
    for (const [id, text] of finished) expect(kept.get(id)?.text).toBe(text)
    connection.close()
    console.log(`${kills} kills: ${counts.beforeText} before the first text, ${counts.inMidAnswer} in mid-answer, ${counts.afterTheEnd} after the end (${counts.nextQuestion} of them in the next question); ${finished.size} messages, none lost`)
    expect(counts.inMidAnswer).toBeGreaterThan(0)
  } finally {
    await server.stop()
  }
})

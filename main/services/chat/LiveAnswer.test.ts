import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AnswerEvent, Message } from '../../contract/domains/chat.ts'
import { LiveAnswer } from './LiveAnswer.ts'

const ended: Message = {
  id: 'm', chatId: 'c', parentId: null, siblings: ['m'], role: 'assistant', text: '', images: [], status: 'done', stop: 'end', error: null, stats: null, model: null, createdAt: 0,
}

/** What a page shows after these events, checking on the way that nothing is skipped or repeated. */
function shown(events: readonly AnswerEvent[]): string {
  let text = ''
  let seq = -1
  for (const [index, event] of events.entries()) {
    if (event.type === 'snapshot') {
      expect(index).toBe(0)
      ;({ text, seq } = event)
    } else if (event.type === 'delta') {
      expect(event.seq).toBe(seq + 1)
      seq = event.seq
      text += event.text
    } else expect(event.type === 'end').toBe(index === events.length - 1)
  }
  return text
}

test('whoever follows, from whenever on and however slowly, shows exactly the text', async () => {
  const plan = fc.record({
    pieces: fc.array(fc.string(), { maxLength: 12 }),
    /** Each follower joins after so many pieces and is so slow. */
    followers: fc.array(fc.record({ joins: fc.nat({ max: 12 }), ticks: fc.nat({ max: 3 }) }), { maxLength: 4 }),
  })
  await fc.assert(
    fc.asyncProperty(plan, async ({ pieces, followers }) => {
      const live = new LiveAnswer('c', 'm')
      const following: Promise<AnswerEvent[]>[] = []
      for (const [index, piece] of [...pieces, null].entries()) {
        for (const { joins, ticks } of followers) if (joins === index) following.push(follow(live, ticks))
        if (piece === null) live.end(ended)
        else live.push(piece)
        if (index % 2 === 0) await Promise.resolve()
      }
      for (const events of await Promise.all(following)) {
        expect(shown(events)).toBe(pieces.join(''))
        expect(events.at(-1)).toEqual({ type: 'end', message: ended })
      }
    }),
  )
})

test('progress is shown until there is text, also to one that comes later', async () => {
  const live = new LiveAnswer('c', 'm')
  live.report({ type: 'progress', phase: 'prompt', fraction: 0.5 })
  const early = live.follow()
  await early.next()
  expect((await early.next()).value).toEqual({ type: 'progress', phase: 'prompt', fraction: 0.5 })
  live.push('a')
  const late = live.follow()
  await late.next()
  live.end(ended)
  expect((await late.next()).value).toMatchObject({ type: 'end' })
})

test('a follower that leaves while it waits is gone at once', async () => {
  const live = new LiveAnswer('c', 'm')
  const leave = new AbortController()
  const rest = follow(live, 0, leave.signal)
  await expect.poll(() => live.followers).toBe(1)
  leave.abort()
  expect((await rest).map((event) => event.type)).toEqual(['snapshot'])
  expect(live.followers).toBe(0)
})

async function follow(live: LiveAnswer, ticks: number, signal?: AbortSignal): Promise<AnswerEvent[]> {
  const events: AnswerEvent[] = []
  for await (const event of live.follow(signal)) {
    events.push(event)
    for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve()
  }
  return events
}

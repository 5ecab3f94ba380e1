import { describe, expect, it } from 'vitest'
import { EventStream } from './EventStream.ts'

const read = async (stream: EventStream<number>): Promise<(number | string)[]> => {
  const events: (number | string)[] = []
  try {
    for await (const event of stream) events.push(event)
  } catch (error) {
    events.push(String(error))
  }
  return events
}

describe('EventStream', () => {
  it('gives what was pushed before and after the reader came, then ends', async () => {
    const stream = new EventStream<number>()
    stream.push(1)
    const events = read(stream)
    await Promise.resolve()
    stream.push(2)
    stream.push(3)
    stream.end()
    stream.push(4)
    expect(await events).toEqual([1, 2, 3])
  })

  it('gives an error after the events in front of it, whether or not somebody waits', async () => {
    const early = new EventStream<number>()
    early.push(1)
    early.fail('broken')
    expect(await read(early)).toEqual([1, 'broken'])
    const late = new EventStream<number>()
    const events = read(late)
    await Promise.resolve()
    late.push(1)
    late.fail('broken')
    expect(await events).toEqual([1, 'broken'])
  })

  it('tells when its reader leaves early, and only then', async () => {
    let left = 0
    const stream = new EventStream<number>(() => left++)
    stream.push(1)
    for await (const event of stream) if (event === 1) break
    expect(left).toBe(1)
    const whole = new EventStream<number>(() => left++)
    whole.push(1)
    whole.end()
    await read(whole)
    expect(left).toBe(1)
  })
})

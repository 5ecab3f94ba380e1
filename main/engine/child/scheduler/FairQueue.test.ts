import { describe, expect, it } from 'vitest'
import { FairQueue } from './FairQueue.ts'

const item = (conversation: string, name: string) => ({ conversation, name })

describe('FairQueue', () => {
  it('offers the first request of every conversation, the one served last at the end', () => {
    const queue = new FairQueue<{ conversation: string; name: string }>()
    for (const [conversation, name] of [['a', 'a1'], ['a', 'a2'], ['b', 'b1']] as const) queue.push(item(conversation, name))
    expect(queue.heads().map(({ name }) => name)).toEqual(['a1', 'b1'])
    queue.take(queue.heads()[0]!)
    expect(queue.heads().map(({ name }) => name)).toEqual(['b1', 'a2'])
    queue.take(queue.heads()[0]!)
    expect(queue.heads().map(({ name }) => name)).toEqual(['a2'])
    expect(queue.length).toBe(1)
  })

  it('offers another one of the conversation where the first may not be served', () => {
    const queue = new FairQueue<{ conversation: string; name: string }>()
    for (const [conversation, name] of [['a', 'a1'], ['a', 'a2'], ['b', 'b1']] as const) queue.push(item(conversation, name))
    expect(queue.heads(({ name }) => name === 'a2').map(({ name }) => name)).toEqual(['a2'])
  })

  it('offers first what is put back, before all others and those of its own conversation', () => {
    const queue = new FairQueue<{ conversation: string; name: string }>()
    for (const [conversation, name] of [['a', 'a1'], ['a', 'a2'], ['b', 'b1']] as const) queue.push(item(conversation, name))
    const first = queue.heads()[0]!
    queue.take(first)
    queue.putBack(first)
    expect(queue.heads().map(({ name }) => name)).toEqual(['a1', 'b1'])
    expect(queue.all().map(({ name }) => name)).toEqual(['a1', 'a2', 'b1'])
    expect(queue.length).toBe(3)
  })

  it('forgets a request that is removed, and only once', () => {
    const queue = new FairQueue<{ conversation: string; name: string }>()
    const [first, second] = [item('a', 'a1'), item('a', 'a2')]
    queue.push(first)
    queue.push(second)
    expect(queue.remove(first)).toBe(true)
    expect(queue.remove(first)).toBe(false)
    expect(queue.all()).toEqual([second])
  })
})

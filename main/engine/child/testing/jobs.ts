import type { GenerateEvent } from '../../protocol.ts'
import type { ImageItem, Item } from '../scheduler/items.ts'
import type { JobInput } from '../scheduler/Job.ts'
import { fakeEmbeddings, fakeImageTokens, fakeImageValues, fakeSampler } from './FakeContext.ts'

/** A picture of the fake context; `image` tells it apart. */
export function fakeImage(image: number): ImageItem {
  return { key: `image ${image}`, tokens: fakeImageTokens, positions: fakeImageTokens }
}

/** What a prompt's items are as values in the fake context's cells. */
export function valuesOf(items: readonly Item[]): number[] {
  return items.flatMap((item) => (typeof item === 'number' ? [item] : fakeImageValues(Number(item.key.slice('image '.length)))))
}

/** A request whose pictures, if any, are encoded already. */
export function fakeJob(items: readonly Item[], options: Partial<JobInput> = {}): JobInput {
  const images = items.filter((item) => typeof item !== 'number')
  return {
    conversation: 'a',
    items,
    pictures: new Map(),
    embeddings: new Map(images.map((item) => [item.key, fakeEmbeddings(Number(item.key.slice('image '.length)))])),
    maxTokens: 8,
    stopTexts: [],
    createSampler: () => fakeSampler,
    signal: new AbortController().signal,
    priority: 'chat',
    ...options,
  }
}

/** A whole stream: the text, the tokens behind it and the last event. */
export async function readAll(events: AsyncIterable<GenerateEvent>): Promise<{ text: string; tokens: number[]; end: Extract<GenerateEvent, { type: 'end' }> }> {
  let text = ''
  const tokens: number[] = []
  let end: Extract<GenerateEvent, { type: 'end' }> | null = null
  let seq = 0
  for await (const event of events) {
    if (event.type === 'delta') {
      if (event.seq !== seq++) throw new Error(`delta ${event.seq} came as number ${seq - 1}`)
      text += event.text
      tokens.push(...event.tokens)
    } else if (event.type === 'end') end = event
  }
  if (end === null) throw new Error('the stream ended without its end event')
  return { text, tokens, end }
}

import type { GgufHeader } from '../ggufHeader.ts'
import type { GgufValue } from '../ggufValue.ts'

/** A header for tests of what is made of one: these entries, and no tensor unless given. */
export function headerOf(metadata: Readonly<Record<string, GgufValue>>, tensors: GgufHeader['tensors'] = new Map()): GgufHeader {
  return { version: 3, metadata: new Map(Object.entries(metadata)), entries: new Map(), tensors, table: { start: 0, end: 0 }, alignment: 32, dataStart: 0 }
}

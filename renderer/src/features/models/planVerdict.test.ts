import { expect, it } from 'vitest'
import type { MemoryPlace, Plan } from '../../../../main/contract/domains/library.ts'
import { Words } from '../../i18n/Words.svelte.ts'
import { planOf } from '../../state/testing/models.ts'
import { verdictSentence } from './planVerdict.ts'

const gib = 2 ** 30
const parts = { weights: 0, projector: 0, kv: 0, compute: 0, encode: 0, process: 0 }
const place = (kind: MemoryPlace['kind'], free: number, needed: number): MemoryPlace => ({ kind, name: '', totalBytes: 32 * gib, freeBytes: free * gib, parts, neededBytes: needed * gib })
const sentence = (verdict: Plan['verdict'], ...places: MemoryPlace[]) => verdictSentence({ ...planOf(4096), verdict, places }, new Words('en'))

it.each([
  ['fits', [place('gpu', 22, 6.1), place('ram', 12, 0.4)], 'Fits. It needs 6.1 GB of the 22 GB that are free on the graphics card.'],
  ['fits', [place('gpu', 22, 0), place('ram', 12, 0.4)], 'Fits. It needs 410 MB of the 12 GB that are free in main memory.'],
  ['tight', [place('gpu', 6.5, 6.1)], 'A tight fit. It needs 6.1 GB of the 6.5 GB that are free on the graphics card. If it fails to load, close other programs.'],
  ['partly', [place('gpu', 4, 3.5), place('ram', 12, 3)], 'Partly on the graphics card: 0 of 32 layers fit there. The rest runs on the processor, which is slower.'],
  ['cpu', [place('gpu', 1, 0.2), place('ram', 12, 6)], 'Runs on the processor, without a graphics card, so answers take longer. It needs 6 GB of the 12 GB that are free in main memory.'],
  ['tooLarge', [place('gpu', 8, 9), place('ram', 4, 30)], 'Too large. It needs 30 GB in main memory, where 4 GB are free. Choose a smaller model or a shorter context, or close other programs.'],
] as const)('says %s with the figures of the memory that decides', (verdict, places, expected) => {
  expect(sentence(verdict, ...places)).toBe(expected)
})

it('has a sentence without any figures', () => {
  expect(sentence('cpu')).toMatch(/^Runs on the processor/)
})

import { expect, it } from 'vitest'
import type { MemoryNow } from '../../../../main/contract/domains/library.ts'
import { roughFit } from './roughFit.ts'

const machine = (gpu: number, ram: number): MemoryNow[] =>
  [{ kind: 'gpu' as const, total: gpu }, { kind: 'ram' as const, total: ram }]
    .filter(({ total }) => total > 0)
    .map(({ kind, total }) => ({ kind, name: '', totalBytes: total * 2 ** 30, freeBytes: 0 }))

it.each([
  ['7B in four bits on a card of 8 GB', 4.7e9, machine(8, 16), 'gpu'],
  ['13B in four bits on a card of 8 GB', 8.5e9, machine(8, 32), 'partly'],
  ['7B in four bits without a card', 4.7e9, machine(0, 16), 'ram'],
  ['13B in eight bits on a small machine', 14.4e9, machine(0, 16), 'no'],
  ['anything on an unknown machine', 1e9, [], null],
] as const)('%s', (_case, bytes, places, expected) => {
  expect(roughFit(bytes, places)).toBe(expected)
})

import { describe, expect, it } from 'vitest'
import type { GgufValue } from './ggufValue.ts'
import { kvBytesPerToken, weightBytes } from './memory.ts'
import { quantisationOf } from './quantisation.ts'
import { headerOf } from './testing/headerOf.ts'

const llama = (keys: Record<string, GgufValue> = {}) => {
  const all = { embedding_length: 4096, block_count: 32, 'attention.head_count': 32, ...keys }
  return headerOf({ 'general.architecture': 'llama', ...Object.fromEntries(Object.entries(all).map(([key, value]) => [`llama.${key}`, value])) })
}
const tensor = (name: string, type: number, dims: number[], bytes: number) => [name, { name, type, dims, bytes, offset: 0 }] as const

describe('kvBytesPerToken', () => {
  it('knows that a token of a 7B model takes half a megabyte, and less with grouped heads or fewer bits', () => {
    expect(kvBytesPerToken(llama())).toBe(512 * 1024)
    expect(kvBytesPerToken(llama({ 'attention.head_count_kv': 8 }))).toBe(128 * 1024)
    expect(kvBytesPerToken(llama(), 'q8_0')).toBe(512 * 1024 * (34 / 64))
  })

  it('counts each layer by its own heads, and keys and values by their own sizes', () => {
    // One layer with 2 heads, one with 4, one that keeps no keys at all.
    expect(kvBytesPerToken(llama({ block_count: 3, 'attention.head_count_kv': [2, 4, 0] }))).toBe((2 + 4) * 2 * 128 * 2)
    expect(kvBytesPerToken(llama({ block_count: 2, 'attention.head_count': [16, 32], 'attention.key_length': 64, 'attention.value_length': 32 }))).toBe((16 + 32) * (64 + 32) * 2)
  })

  it('is a number for any header', () => {
    for (const header of [headerOf({}), llama({ block_count: 4_294_967_295, 'attention.head_count': 0 }), llama({ 'attention.head_count': [] }), llama({ 'attention.head_count_kv': { skipped: 5000 } })]) expect(kvBytesPerToken(header)).toBeGreaterThanOrEqual(0)
  })
})

describe('weights', () => {
  const header = (metadata = {}) => headerOf(metadata, new Map([tensor('a', 0, [64], 256), tensor('b', 12, [256, 4], 576), tensor('c', 12, [256, 4], 576), tensor('d', 14, [256, 3], 630)]))

  it('are counted without padding', () => {
    expect(weightBytes(header())).toBe(256 + 2 * 576 + 630)
  })

  it('are named as the file says, else by the type most of them have', () => {
    expect(quantisationOf(header({ 'general.file_type': 15 }))).toBe('Q4_K_M')
    expect(quantisationOf(header({ 'general.file_type': 1024 }))).toBe('Q4_K')
    expect(quantisationOf(header())).toBe('Q4_K')
    expect(quantisationOf(headerOf({}))).toBe('')
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeTruncated } from '../synthetic/broken.ts'
import { fromHalf, toHalf } from './half.ts'
import { readGguf, readTensor } from './read.ts'
import { writeGguf } from './write.ts'

describe('GGUF', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gguf-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('reads back what it wrote', () => {
    const path = join(folder, 'a.gguf')
    const numbers = Float32Array.from([1.5, -2, 0.25])
    writeGguf(
      path,
      {
        name: { type: 'string', value: 'Grüße 图' },
        count: { type: 'u32', value: 4_000_000_000 },
        wide: { type: 'u64', value: 2n ** 60n },
        flags: { type: 'i32[]', value: [-1, 2] },
        words: { type: 'string[]', value: ['', '▁a'] },
        yes: { type: 'bool', value: true },
      },
      [
        { name: 'odd', type: 'f32', shape: [3], chunks: () => [new Uint8Array(numbers.buffer)] },
        { name: 'half', type: 'f16', shape: [2, 1], chunks: () => [new Uint8Array(Uint16Array.from([0x3c00, 0xc000]).buffer)] },
      ],
    )
    const file = readGguf(path)
    expect(Object.fromEntries(file.metadata)).toEqual({ name: 'Grüße 图', count: 4_000_000_000, wide: 2n ** 60n, flags: [-1, 2], words: ['', '▁a'], yes: true })
    expect([...readTensor(file, 'odd')]).toEqual([1.5, -2, 0.25])
    expect([...readTensor(file, 'half')]).toEqual([1, -2])
    expect(file.tensors.get('half')).toMatchObject({ shape: [2, 1], type: 'f16' })
  })

  it('refuses a tensor of the wrong size and leaves no file', () => {
    const path = join(folder, 'wrong.gguf')
    expect(() => writeGguf(path, {}, [{ name: 'short', type: 'f32', shape: [2], chunks: () => [new Uint8Array(4)] }])).toThrow(/short: 4 bytes/)
    expect(() => readGguf(path)).toThrow()
  })

  it('names the file that ends in its header', () => {
    const path = join(folder, 'b.gguf')
    writeGguf(path, { text: { type: 'string', value: 'x'.repeat(1000) } }, [])
    writeTruncated(join(folder, 'cut.gguf'), path, 0.5)
    expect(() => readGguf(join(folder, 'cut.gguf'))).toThrow(/cut\.gguf ends in its header/)
  })
})

describe('half precision', () => {
  it('is exact for every half that is a number', () => {
    for (let half = 0; half < 0x10000; half++) {
      const value = fromHalf(half)
      if (!Number.isNaN(value)) expect(toHalf(value)).toBe(half)
    }
  })

  it('rounds to nearest, ties to even', () => {
    expect(fromHalf(toHalf(1 + 1 / 2048))).toBe(1)
    expect(fromHalf(toHalf(1 + 3 / 2048))).toBe(1 + 2 / 1024)
    expect(fromHalf(toHalf(65519.9))).toBe(65504)
    expect(fromHalf(toHalf(65520))).toBe(Infinity)
    expect(fromHalf(toHalf(2 ** -25))).toBe(0)
    expect(fromHalf(toHalf(1.5 * 2 ** -25))).toBe(2 ** -24)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HEAD_BYTES, keyInHead } from '../../../platform/embeddingHead.ts'
import type { NativeEmbeddings } from '../../native/binding.d.ts'
import { readEmbeddings, writeEmbeddings } from './embeddingFile.ts'

const width = 6
const plain: NativeEmbeddings = {
  data: Float32Array.from({ length: 5 * width }, (_, index) => index / 7 - 1), tokens: 5, width, positions: 5,
  mrope: null, nonCausal: false, before: new Int32Array(), after: new Int32Array(),
}
const full: NativeEmbeddings = { ...plain, positions: 3, mrope: Int32Array.from({ length: 20 }, (_, index) => index - 2), nonCausal: true, before: Int32Array.of(11, 12), after: Int32Array.of(13) }

describe('a file of embeddings', () => {
  it.each([['of LLaVA', plain], ['with all that other families have', full]])('holds every field of those %s', (_, embeddings) => {
    const file = writeEmbeddings('a “key”', embeddings)
    expect(readEmbeddings(file, 'a “key”', width)).toEqual(embeddings)
    // Wherever the bytes lie in memory.
    for (const shift of [1, 2, 3]) expect(readEmbeddings(Buffer.concat([Buffer.alloc(shift), file]).subarray(shift), 'a “key”', width)).toEqual(embeddings)
  })

  it('says in its first bytes what picture it is of', () => {
    for (const key of ['a “key”\\', `${'0a'.repeat(32)}-pdf9999-v2-crop-10000-10000-10000-10000`]) expect(keyInHead(writeEmbeddings(key, full).subarray(0, HEAD_BYTES))).toBe(key)
    expect(keyInHead(Buffer.from('LDEM\x02\0\0\0'))).toBeNull()
    expect(keyInHead(writeEmbeddings('a', full).subarray(0, 50))).toBeNull()
  })

  it('is not taken for that of another picture, or of a projector of another width', () => {
    const file = writeEmbeddings('a', full)
    expect(readEmbeddings(file, 'b', width)).toBeNull()
    expect(readEmbeddings(file, 'a', width + 1)).toBeNull()
  })

  it('is refused when any byte of it was changed or cut off, or another one added', () => {
    const file = writeEmbeddings('a', full)
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(file)
        damaged.writeUInt8((damaged[at] ?? 0) ^ change, at)
        expect(readEmbeddings(damaged, 'a', width)).toBeNull()
        expect(readEmbeddings(file.subarray(0, at), 'a', width)).toBeNull()
        expect(readEmbeddings(Buffer.concat([file, Buffer.alloc(at + 1)]), 'a', width)).toBeNull()
      }),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { foundWords } from '../contract/errors/found.ts'
import { looksLike } from './looksLike.ts'

describe('looksLike', () => {
  it.each<[string, Buffer]>([
    ['nothing (0 bytes)', Buffer.alloc(0)],
    ['PNG', Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])],
    ['ZIP', Buffer.from('PK\x03\x04rest', 'latin1')],
    ['PDF', Buffer.from('%PDF-1.7\n')],
    ['text', Buffer.from('Grüße, 图片\n')],
    ['text', Buffer.from('ä'.repeat(400)).subarray(0, 511)],
    ['text', Buffer.from(`x${'ä'.repeat(400)}`).subarray(0, 512)],
    ['HTML', Buffer.from('\n<!DOCTYPE html><html>')],
    ['a Git LFS pointer', Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\n')],
    ['safetensors', Buffer.from([0x40, 1, 0, 0, 0, 0, 0, 0, ...Buffer.from('{"__metadata__":{}}')])],
    ['unknown data', Buffer.from([1, 2, 3, 4, 5, 0, 0, 200, 201])],
  ])('calls it %s, which has Chinese words', (found, bytes) => {
    expect(looksLike(bytes)).toBe(found)
    expect(foundWords({ found }, 'zh-CN')['found']).toMatch(/\p{Script=Han}/u)
  })
})

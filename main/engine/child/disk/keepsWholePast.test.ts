import { describe, expect, it } from 'vitest'
import { headerOf } from '../../../gguf/testing/headerOf.ts'
import { keepsWholePast } from './keepsWholePast.ts'

describe('keepsWholePast', () => {
  const of = (architecture: string, keys: Record<string, number>) =>
    keepsWholePast(headerOf({ 'general.architecture': architecture, ...Object.fromEntries(Object.entries(keys).map(([key, value]) => [`${architecture}.${key}`, value])) }))

  it.each<[boolean, string, Record<string, number>]>([
    [true, 'llama', { 'attention.head_count': 32 }],
    [true, 'qwen2', { 'attention.sliding_window': 0 }],
    [false, 'gemma3', { 'attention.sliding_window': 512 }],
    [false, 'mamba', { 'ssm.conv_kernel': 4 }],
    [false, 'rwkv7', { 'wkv.head_size': 64 }],
    [false, 'lfm2', { 'shortconv.l_cache': 3 }],
  ])('is %s of %s with %o', (whole, architecture, keys) => expect(of(architecture, keys)).toBe(whole))
})

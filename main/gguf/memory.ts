import type { KvType } from '../contract/domains/model.ts'
import { countAt, numberAt, numbersAt } from './ggufHeader.ts'
import type { GgufHeader } from './ggufHeader.ts'
import { architectureOf } from './model.ts'

/** Bytes of a number in a KV cell; a block of 32 in q8_0 has a scale of half precision. */
const kvBytes = { f16: 2, q8_0: 34 / 32 } as const satisfies Record<KvType, number>

/** Bytes of one KV cell: keys and values of every layer. Layers that look at a part of the context alone count in full. */
export function kvBytesPerToken(header: GgufHeader, type: KvType = 'f16'): number {
  const at = (key: string) => numberAt(header.metadata, `${architectureOf(header)}.${key}`)
  const heads = headCounts(header, 'attention.head_count')
  const headSize = (at('embedding_length') ?? 4096) / Math.max(1, heads?.most ?? 1)
  const width = (at('attention.key_length') ?? headSize) + (at('attention.value_length') ?? headSize)
  const { sum } = headCounts(header, 'attention.head_count_kv') ?? heads ?? { sum: layersOf(header) }
  return sum * width * kvBytes[type]
}

function layersOf(header: GgufHeader): number {
  return countAt(header.metadata, `${architectureOf(header)}.block_count`) ?? 32
}

/** Heads of all layers together and of the layer with most; a header gives one number for all, or a list with each layer's own. */
function headCounts(header: GgufHeader, key: string): { sum: number; most: number } | null {
  const full = `${architectureOf(header)}.${key}`
  const same = numberAt(header.metadata, full)
  if (same !== undefined) return { sum: same * layersOf(header), most: same }
  const each = numbersAt(header.metadata, full)
  return each === undefined ? null : { sum: each.reduce((sum, count) => sum + count, 0), most: Math.max(...each) }
}

/** Bytes of all weights of a file, without the padding between them. */
export function weightBytes({ tensors }: GgufHeader): number {
  return [...tensors.values()].reduce((sum, { bytes }) => sum + bytes, 0)
}

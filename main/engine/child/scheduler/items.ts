import type { NativeEmbeddings } from '../../native/binding.d.ts'

/** A picture inside a prompt. Two are the same if their keys are: then their KV cells are, behind the same prefix. */
export interface ImageItem {
  readonly key: string
  /** KV cells it takes. */
  readonly tokens: number
  /** Positions it takes; differs from `tokens` for M-RoPE families only. */
  readonly positions: number
}

/** One unit of a prompt: a token id or a whole picture. */
export type Item = number | ImageItem

/** KV cells that an item takes. */
export function cellsOf(item: Item): number {
  return typeof item === 'number' ? 1 : item.tokens
}

/** Positions that an item takes. */
export function positionsOf(item: Item): number {
  return typeof item === 'number' ? 1 : item.positions
}

/** KV cells of the items in [from, to). */
export function totalCells(items: readonly Item[], from = 0, to = items.length): number {
  let cells = 0
  for (let index = from; index < to; index++) cells += cellsOf(items[index] as Item)
  return cells
}

/** Number of leading items that are the same, at most `limit`. */
export function commonPrefix(left: readonly Item[], right: readonly Item[], limit: number): number {
  const end = Math.min(left.length, right.length, limit)
  for (let index = 0; index < end; index++) if (!sameItem(left[index] as Item, right[index] as Item)) return index
  return end
}

function sameItem(left: Item, right: Item): boolean {
  if (typeof left === 'number' || typeof right === 'number') return left === right
  return left.key === right.key
}

/** Rows [from, to) of a picture's embeddings, without copying them. Only for causal pictures without M-RoPE. */
export function sliceEmbeddings(embeddings: NativeEmbeddings, from: number, to: number): NativeEmbeddings {
  if (from === 0 && to === embeddings.tokens) return embeddings
  const data = embeddings.data.subarray(from * embeddings.width, to * embeddings.width)
  return { ...embeddings, data, tokens: to - from, positions: to - from }
}

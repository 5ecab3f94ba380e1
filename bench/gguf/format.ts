/**
 * Constants of GGUF version 3 and of ggml's tensor types (ggml/include/gguf.h, ggml/src/ggml-common.h of llama.cpp).
 * Only what the synthetic models need.
 */

/** One metadata value with its GGUF type; the type is part of the format (a reader refuses an `i32` where it wants a `u32`). */
export type MetadataValue =
  | { readonly type: 'u16'; readonly value: number }
  | { readonly type: 'u32'; readonly value: number }
  | { readonly type: 'i32'; readonly value: number }
  | { readonly type: 'u64'; readonly value: bigint }
  | { readonly type: 'f32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'f32[]'; readonly value: readonly number[] }
  | { readonly type: 'i32[]'; readonly value: readonly number[] }
  | { readonly type: 'u32[]'; readonly value: readonly number[] }
  | { readonly type: 'string[]'; readonly value: readonly string[] }

/** Ids of `enum gguf_type`. */
export const gguf = { u8: 0, i8: 1, u16: 2, i16: 3, u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9, u64: 10, i64: 11, f64: 12 } as const

export const ggufMagic = 0x46554747
export const ggufVersion = 3
export const ggufAlignment = 32

/** `id` is `enum ggml_type`; a row is stored as blocks of `block` numbers in `bytes` bytes each. */
export const tensorTypes = {
  f32: { id: 0, block: 1, bytes: 4 },
  f16: { id: 1, block: 1, bytes: 2 },
  q8_0: { id: 8, block: 32, bytes: 34 },
  q4_k: { id: 12, block: 256, bytes: 144 },
  q6_k: { id: 14, block: 256, bytes: 210 },
} as const
export type TensorType = keyof typeof tensorTypes

/** Bytes of a tensor's data, without padding. Throws where the row is not a whole number of blocks. */
export function tensorBytes(type: TensorType, shape: readonly number[]): number {
  const { block, bytes } = tensorTypes[type]
  const row = shape[0] ?? 1
  if (row % block !== 0) throw new Error(`a row of ${row} numbers is not a multiple of ${type}'s block of ${block}`)
  return (shape.reduce((product, side) => product * side, 1) / block) * bytes
}

/** `size` rounded up to GGUF's default alignment. */
export function aligned(size: number): number {
  return Math.ceil(size / ggufAlignment) * ggufAlignment
}

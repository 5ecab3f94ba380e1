/** How a tensor's numbers are stored: `block` of them in `bytes` bytes. */
export interface TensorType {
  readonly name: string
  readonly bytes: number
  readonly block: number
}

const type = (name: string, bytes: number, block: number): TensorType => ({ name, bytes, block })

/**
 * Tensor types by their number in GGUF files: the `block_*` structs of llama.cpp's `ggml/src/ggml-common.h` and the enum
 * `ggml_type` of `ggml/include/ggml.h` (release v0.5.0).
 */
export const tensorTypes: ReadonlyMap<number, TensorType> = new Map([
  [0, type('F32', 4, 1)],
  [1, type('F16', 2, 1)],
  [2, type('Q4_0', 18, 32)],
  [3, type('Q4_1', 20, 32)],
  [6, type('Q5_0', 22, 32)],
  [7, type('Q5_1', 24, 32)],
  [8, type('Q8_0', 34, 32)],
  [9, type('Q8_1', 36, 32)],
  [10, type('Q2_K', 84, 256)],
  [11, type('Q3_K', 110, 256)],
  [12, type('Q4_K', 144, 256)],
  [13, type('Q5_K', 176, 256)],
  [14, type('Q6_K', 210, 256)],
  [15, type('Q8_K', 292, 256)],
  [16, type('IQ2_XXS', 66, 256)],
  [17, type('IQ2_XS', 74, 256)],
  [18, type('IQ3_XXS', 98, 256)],
  [19, type('IQ1_S', 50, 256)],
  [20, type('IQ4_NL', 18, 32)],
  [21, type('IQ3_S', 110, 256)],
  [22, type('IQ2_S', 82, 256)],
  [23, type('IQ4_XS', 136, 256)],
  [24, type('I8', 1, 1)],
  [25, type('I16', 2, 1)],
  [26, type('I32', 4, 1)],
  [27, type('I64', 8, 1)],
  [28, type('F64', 8, 1)],
  [29, type('IQ1_M', 56, 256)],
  [30, type('BF16', 2, 1)],
  [34, type('TQ1_0', 54, 256)],
  [35, type('TQ2_0', 66, 256)],
  [39, type('MXFP4', 17, 32)],
  [40, type('NVFP4', 36, 64)],
  [41, type('Q1_0', 18, 128)],
  [42, type('Q2_0', 18, 64)],
])

/** Bytes of a tensor's data. `dims` as GGUF gives them: the row length first. */
export function tensorSize({ bytes, block }: TensorType, dims: readonly number[]): number {
  return (elementCount(dims) / block) * bytes
}

/** Numbers in a tensor. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1)
}

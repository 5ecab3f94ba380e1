import { numberAt } from './ggufHeader.ts'
import type { GgufHeader } from './ggufHeader.ts'
import { elementCount, tensorTypes } from './tensorTypes.ts'

/** File names' words for `general.file_type`: `enum llama_ftype` of llama.cpp's `include/llama.h`. */
const fileTypes: Readonly<Record<number, string>> = {
  0: 'F32', 1: 'F16', 2: 'Q4_0', 3: 'Q4_1', 7: 'Q8_0', 8: 'Q5_0', 9: 'Q5_1', 10: 'Q2_K', 11: 'Q3_K_S', 12: 'Q3_K_M', 13: 'Q3_K_L', 14: 'Q4_K_S',
  15: 'Q4_K_M', 16: 'Q5_K_S', 17: 'Q5_K_M', 18: 'Q6_K', 19: 'IQ2_XXS', 20: 'IQ2_XS', 21: 'Q2_K_S', 22: 'IQ3_XS', 23: 'IQ3_XXS', 24: 'IQ1_S',
  25: 'IQ4_NL', 26: 'IQ3_S', 27: 'IQ3_M', 28: 'IQ2_S', 29: 'IQ2_M', 30: 'IQ4_XS', 31: 'IQ1_M', 32: 'BF16', 36: 'TQ1_0', 37: 'TQ2_0', 38: 'MXFP4',
  39: 'NVFP4', 40: 'Q1_0', 41: 'Q2_0',
}

/** How a model's weights are stored, as file names write it ("Q4_K_M"); the type most of them have where the file names none. Empty for no weights at all. */
export function quantisationOf({ metadata, tensors }: GgufHeader): string {
  const named = fileTypes[numberAt(metadata, 'general.file_type') ?? -1]
  if (named !== undefined) return named
  const elements = new Map<number, number>()
  for (const { type, dims } of tensors.values()) elements.set(type, (elements.get(type) ?? 0) + elementCount(dims))
  const [most] = [...elements].sort(([, one], [, other]) => other - one)
  return most === undefined ? '' : (tensorTypes.get(most[0])?.name ?? '')
}

import { expect, it } from 'vitest'
import { quantisationHint, quantisationIn } from './quantisation.ts'

it.each([
  ['llava-v1.5-7b-Q4_K_M.gguf', 'Q4_K_M', 'quant.4'],
  ['llava-v1.6-mistral-7b.q5_0.gguf', 'Q5_0', 'quant.5'],
  ['model.IQ3_XXS.gguf', 'IQ3_XXS', 'quant.3'],
  ['ggml-model-f16.gguf', 'F16', 'quant.16'],
  ['model-bf16.gguf', 'BF16', 'quant.16'],
  ['x-F32.gguf', 'F32', 'quant.32'],
  ['Q8_0', 'Q8_0', 'quant.8'],
  ['gpt-MXFP4.gguf', 'MXFP4', 'quant.4'],
  ['tiny-q7b.gguf', '', 'quant.other'],
  ['llava.gguf', '', 'quant.other'],
])('reads %s', (name, quantisation, hint) => {
  expect(quantisationIn(name)).toBe(quantisation)
  expect(quantisationHint(quantisation)).toBe(hint)
})

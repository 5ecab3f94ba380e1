import { expect, test } from 'vitest'
import { chooseTemplate } from './chooseTemplate.ts'

function choose(name: string, file: string, architecture: string, embedded: boolean): string {
  return chooseTemplate({ name, architecture, embedded, files: { model: `/models/${file}`, projector: null } })
}

test.each([
  ['LLaVA-v1.5-7B', 'ggml-model-q4_k.gguf', 'vicuna_v1'],
  ['LLaMA v2', 'llava-v1.5-13b-Q4_K_M.gguf', 'vicuna_v1'],
  ['', 'llava-v1.6-vicuna-7b.Q4_K_M.gguf', 'vicuna_v1'],
  ['llava-v1.6-mistral-7b', 'model.gguf', 'mistral_instruct'],
  ['', 'llava-med-v1.5-mistral-7b.Q4_K_M.gguf', 'mistral_instruct'],
  ['LLaVA Med V1.5', 'model.gguf', 'mistral_instruct'],
  ['', 'llava-v1.6-34b.Q3_K_M.gguf', 'chatml_direct'],
  ['', 'llava-llama-2-13b-chat.gguf', 'llava_llama_2'],
  ['', 'LLaVA-7b-delta-v0.gguf', 'llava_v0'],
  ['', 'LLaVA-13b-delta-v1-1.gguf', 'vicuna_v1'],
  ['vicuna-7b-v0', 'model.gguf', 'llava_v0'],
  ['LLaMA v2', 'vicuna-7b-v1.5.Q5_K_M.gguf', 'vicuna_v1'],
  ['demo-llava', 'demo-llava.gguf', 'vicuna_v1'],
] as const)('"%s" in %s speaks %s, whatever template a converter gave it', (name, file, template) => {
  expect(choose(name, file, 'llama', false)).toBe(template)
  expect(choose(name, file, 'llama', true)).toBe(template)
})

test.each([
  ['Qwen2.5 VL 7B Instruct', 'Qwen2.5-VL-7B-Instruct-Q4_K_M.gguf', 'qwen2vl', 'chatml'],
  ['Gemma 3 4b It', 'gemma-3-4b-it-Q4_K_M.gguf', 'gemma3', 'vicuna_v1'],
  ['SmolVLM2 2.2B Instruct', 'SmolVLM2-2.2B-Instruct-Q8_0.gguf', 'llama', 'vicuna_v1'],
  ['Mistral Small 3.1 24B Instruct 2503', 'Mistral-Small-3.1-24B-Instruct-2503-Q4_K_M.gguf', 'llama', 'mistral_instruct'],
  ['Nous Hermes 2 Vision', 'mistral-7b.gguf', 'llama', 'chatml_direct'],
  ['Llava Llama 3 8B V1_1', 'llava-llama-3-8b-v1_1-int4.gguf', 'llama', 'vicuna_v1'],
  ['', 'llama3-llava-next-8b-Q4_K_M.gguf', 'llama', 'vicuna_v1'],
  ['', 'llava-phi-3-mini-int4.gguf', 'phi3', 'vicuna_v1'],
  ['', 'llava-onevision-qwen2-7b.gguf', 'qwen2', 'chatml'],
] as const)('"%s" in %s (%s) speaks as its file says, and %s where the file says nothing', (name, file, architecture, otherwise) => {
  expect(choose(name, file, architecture, true)).toBe('embedded')
  expect(choose(name, file, architecture, false)).toBe(otherwise)
})

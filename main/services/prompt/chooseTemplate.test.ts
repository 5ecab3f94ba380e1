import { expect, test } from 'vitest'
import { chooseTemplate } from './chooseTemplate.ts'

test.each([
  ['LLaVA-v1.5-7B', 'ggml-model-q4_k.gguf', 'vicuna_v1'],
  ['LLaMA v2', 'llava-v1.5-13b-Q4_K_M.gguf', 'vicuna_v1'],
  ['', 'llava-v1.6-vicuna-7b.Q4_K_M.gguf', 'vicuna_v1'],
  ['llava-v1.6-mistral-7b', 'model.gguf', 'mistral_instruct'],
  ['', 'llava-v1.6-34b.Q3_K_M.gguf', 'chatml_direct'],
  ['Nous Hermes 2 Vision', 'mistral-7b.gguf', 'chatml_direct'],
  ['', 'llava-llama-2-13b-chat.gguf', 'llava_llama_2'],
  ['', 'LLaVA-7b-delta-v0.gguf', 'llava_v0'],
  ['demo-llava', 'demo-llava.gguf', 'vicuna_v1'],
] as const)('"%s" in %s speaks %s', (name, file, template) => {
  expect(chooseTemplate({ name, architecture: 'llama', files: { model: `/models/${file}`, projector: null } })).toBe(template)
})

test('Qwen vision models speak ChatML', () => {
  expect(chooseTemplate({ name: 'x', architecture: 'qwen2vl', files: { model: '/x.gguf', projector: null } })).toBe('chatml')
})

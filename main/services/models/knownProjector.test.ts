import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { catalogue as schema } from '../../contract/domains/catalogue.ts'
import { knownProjector } from './knownProjector.ts'

const catalogue = schema.parse(JSON.parse(readFileSync(new URL('../../../resources/catalogue.json', import.meta.url), 'utf8')))
const projectorOf = (model: string, variant = 0) => catalogue.models.find(({ id }) => id === model)?.variants[variant]?.projector
const named = (path: string, name = 'x', from: { model: string; variant: string } | null = null) => knownProjector({ files: { model: path, projector: null }, name, catalogue: from }, catalogue)

it('is that of the variant a model was downloaded as', () => {
  expect(named('/m/renamed.gguf', 'x', { model: 'llava-1.5-13b', variant: 'q5-k-m' })).toEqual(projectorOf('llava-1.5-13b', 1))
})

it.each([
  ['/models/llava-v1.5-7b-Q5_K_M.gguf', 'x', 'llava-1.5-7b'],
  ['C:\\models\\LLaVA-v1.5-7B-Q3_K_S.gguf', 'x', 'llava-1.5-7b'],
  ['/models/ggml-model-f16.gguf', 'LLaVA v1.6 Mistral 7B', 'llava-1.6-mistral-7b'],
  ['/models/llava-v1.6-vicuna-13b.Q3_K_M.gguf', 'x', 'llava-1.6-vicuna-13b'],
  ['/models/Qwen3VL-4B-Instruct-Q4_K_M.gguf', 'x', 'qwen3-vl-4b'],
])('is found for %s, %s', (path, name, model) => {
  expect(projectorOf(model)).toBeDefined()
  expect(named(path, name)).toEqual(projectorOf(model))
})

it.each(['/models/vicuna-7b-v1.5.Q4_K_M.gguf', '/models/llama-2-7b.gguf', '/models/llava-next-video-7b.gguf', '/models/ggml-model-q4_k.gguf'])('is not guessed for %s', (path) => {
  expect(named(path)).toBeNull()
})

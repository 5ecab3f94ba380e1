import { expect, it } from 'vitest'
import { repository } from '../../../main/contract/domains/catalogue.ts'
import { readRepository } from './readRepository.ts'

it.each([
  ['second-state/Llava-v1.5-7B-GGUF', 'second-state/Llava-v1.5-7B-GGUF', 'main'],
  ['  mys/ggml_llava-v1.5-7b/ ', 'mys/ggml_llava-v1.5-7b', 'main'],
  ['https://huggingface.co/cjpais/llava-1.6-mistral-7b-gguf', 'cjpais/llava-1.6-mistral-7b-gguf', 'main'],
  ['https://huggingface.co/a/b/tree/main', 'a/b', 'main'],
  ['http://127.0.0.1:8080/a/b/blob/v1.0/x.gguf?download=true#top', 'a/b', 'v1.0'],
])('reads %s', (text, name, revision) => {
  expect(readRepository(text)).toEqual({ repository: name, revision })
  expect(repository.safeParse(name).success).toBe(true)
})

it.each(['', 'llava', 'a/b/c', '../etc/passwd', 'a b/c', 'https://huggingface.co/', '/a/b', '-a/b'])('reads nothing from %j', (text) => {
  expect(readRepository(text)).toBeNull()
})

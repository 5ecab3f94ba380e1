import * as library from 'node-llama-cpp'
import { expect, it } from 'vitest'
import { languageArchitectures, visionArchitectures } from '../../../gguf/architectures.ts'

/** Declared as a `const enum`, which a value cannot be made of; it is an object all the same. */
const { GgufArchitectureType } = library as unknown as { GgufArchitectureType: Readonly<Record<string, string>> }

/** What llama.cpp runs besides models one can talk to: encoders for embeddings, drafts for other models, voices, projectors. */
const others =
  'clip bert modern-bert nomic-bert nomic-bert-moe neo-bert jina-bert-v2 jina-bert-v3 eurobert gemma-embedding t5 t5encoder llama-embed ' +
  'wavtokenizer-dec eagle3 dflash gemma4-assistant qwen3tts (unknown)'

it('no architecture that comes with another release of node-llama-cpp is refused unheard', () => {
  const known = new Set([...languageArchitectures, ...others.split(' ')])
  expect(Object.values(GgufArchitectureType)).toContain('llama')
  expect(Object.values(GgufArchitectureType).filter((name) => !known.has(name))).toEqual([])
  expect([...visionArchitectures].filter((name) => !languageArchitectures.has(name))).toEqual([])
})

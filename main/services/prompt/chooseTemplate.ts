import { basename } from 'node:path'
import type { ModelInfo } from '../../contract/domains/model.ts'
import type { TemplateName } from './templates.ts'

/** First match wins; names as model files and `general.name` spell them (LLaVA: `llava/serve/cli.py` chooses the same way). */
const byName: readonly (readonly [RegExp, TemplateName])[] = [
  [/hermes/, 'chatml_direct'],
  [/mistral|llava-?med-?v?1\.5/, 'mistral_instruct'],
  [/llama-?2(?!\d)/, 'llava_llama_2'],
  [/\b34b\b/, 'chatml_direct'],
  [/(?:vicuna|7b|13b|delta|llava)[-_ ](?:delta[-_ ])?v0\b/, 'llava_v0'],
]

/** The conversation template of a model's family; that of LLaVA-1.5 where nothing speaks for another. */
export function chooseTemplate(model: Pick<ModelInfo, 'name' | 'architecture' | 'files'>): TemplateName {
  if (model.architecture.startsWith('qwen')) return 'chatml'
  for (const name of [model.name, basename(model.files.model)]) {
    const lower = name.toLowerCase()
    for (const [pattern, template] of byName) if (pattern.test(lower)) return template
  }
  return 'vicuna_v1'
}

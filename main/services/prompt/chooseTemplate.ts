import { basename } from 'node:path'
import type { ModelInfo } from '../../contract/domains/model.ts'
import type { PromptTemplate } from '../../contract/promptTemplates.ts'

/** What a template is chosen from. `embedded`: the model's file brings a chat template. */
export type TemplateFacts = Pick<ModelInfo, 'name' | 'architecture' | 'files'> & { readonly embedded: boolean }

/** Families with templates of their own here; first match wins. LLaVA's `llava/serve/cli.py` chooses by name in the same way. */
const byName: readonly (readonly [RegExp, PromptTemplate])[] = [
  [/hermes/, 'chatml_direct'],
  [/mistral|llava[-_ ]?med[-_ ]?v?1\.5/, 'mistral_instruct'],
  [/llama-?2(?!\d)/, 'llava_llama_2'],
  [/\b34b\b/, 'chatml_direct'],
  [/(?:vicuna|7b|13b|delta|llava)[-_ ](?:delta[-_ ])?v0\b/, 'llava_v0'],
]

/**
 * The conversation template of a model's family. LLaVA 1.0 to 1.6 and Vicuna are written as they were trained, whatever template
 * a converter put into the file (such templates differ in spaces and newlines, so in tokens); every other model as its file says.
 * Where the file says nothing, Qwen's models get ChatML, and what nothing speaks for is taken for LLaVA-1.5.
 */
export function chooseTemplate(model: TemplateFacts): PromptTemplate {
  const names = [model.name, basename(model.files.model)].map((name) => name.toLowerCase())
  if (!isOfOurFamilies(model.architecture, names)) {
    if (model.embedded) return 'embedded'
    if (model.architecture.startsWith('qwen')) return 'chatml'
  }
  for (const name of names) for (const [pattern, template] of byName) if (pattern.test(name)) return template
  return 'vicuna_v1'
}

/** The template that a conversation is written by: the one that was chosen for the model, or else its family's. */
export function templateInEffect(chosen: PromptTemplate | null | undefined, model: TemplateFacts): PromptTemplate {
  return chosen ?? chooseTemplate(model)
}

/** LLaVA models of later years carry the name too, on other language models: Qwen, Phi-3, LLaMA-3. */
function isOfOurFamilies(architecture: string, names: readonly string[]): boolean {
  return architecture === 'llama' && names.some((name) => /llava|vicuna/.test(name)) && !names.some((name) => /llama[-_ ]?3(?!\d*b)|phi[-_ ]?3|onevision/.test(name))
}

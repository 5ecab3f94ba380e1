import type { PromptTemplate } from '../../../../main/contract/promptTemplates.ts'

/** The conversation templates in the order they are offered. A record, so that one the contract adds does not compile until it is here. */
const offered: Readonly<Record<PromptTemplate, true>> = {
  vicuna_v1: true,
  llava_v1: true,
  llava_v0: true,
  llava_llama_2: true,
  mistral_instruct: true,
  chatml_direct: true,
  chatml: true,
  embedded: true,
}

export const promptTemplateNames = Object.keys(offered) as readonly PromptTemplate[]

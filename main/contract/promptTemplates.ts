/** Conversation templates a model can be written to with; `embedded` is the one inside the model's own file. */
export const promptTemplates = ['vicuna_v1', 'llava_v1', 'llava_v0', 'llava_llama_2', 'mistral_instruct', 'chatml_direct', 'chatml', 'embedded'] as const
export type PromptTemplate = (typeof promptTemplates)[number]

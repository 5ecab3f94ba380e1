import type { PromptTemplate } from '../../contract/promptTemplates.ts'

/**
 * How a conversation is written for a model. `{system}`, `{question}` and `{answer}` stand for those texts; `{images}`
 * for the pictures of a question, each followed by `afterImage`.
 *
 * The wordings are those the models were trained with: LLaVA's `llava/conversation.py`, class `Conversation.get_prompt`
 * (haotian-liu/LLaVA at c121f043); BOS is not part of them, the tokenizer adds it.
 */
export interface ConversationTemplate {
  /** Used unless the person gives another. */
  readonly systemText: string
  /** What `{system}` becomes where the system text is not empty; empty it becomes nothing. */
  readonly system: string
  /** Up to where the first answer begins. */
  readonly first: string
  /** The same for every later question. */
  readonly next: string
  /** An answer of the past, up to where the next question begins. */
  readonly answer: string
  readonly afterImage: string
  /** Control tokens written in the strings above. Only there do they count; in the texts of people they are plain text. */
  readonly controls: readonly string[]
  /** Text that ends an answer, beside the model's own end tokens. */
  readonly stopTexts: readonly string[]
}

const CURIOUS_USER =
  "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the user's questions."
const CURIOUS_HUMAN =
  "A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the human's questions."

/** Training and evaluation of LLaVA-1.5, LLaVA-1.6 on Vicuna, and Vicuna 1.1 to 1.5 itself. */
const vicuna_v1: ConversationTemplate = {
  systemText: CURIOUS_USER,
  system: '{system} ',
  first: '{system}USER: {images}{question} ASSISTANT:',
  next: 'USER: {images}{question} ASSISTANT:',
  answer: ' {answer}</s>',
  afterImage: '\n',
  controls: ['</s>'],
  stopTexts: [],
}

/** LLaVA's own demo and command line say "human" where training said "user". */
const llava_v1: ConversationTemplate = { ...vicuna_v1, systemText: CURIOUS_HUMAN }

/** LLaVA-1.0 on Vicuna v0. */
const llava_v0: ConversationTemplate = {
  systemText: CURIOUS_HUMAN,
  system: '{system}###',
  first: '{system}Human: {images}{question}###Assistant:',
  next: 'Human: {images}{question}###Assistant:',
  answer: ' {answer}###',
  afterImage: '\n',
  controls: [],
  stopTexts: ['###'],
}

const llava_llama_2: ConversationTemplate = {
  systemText:
    'You are a helpful language and vision assistant. You are able to understand the visual content that the user provides, and assist the user with a variety of tasks using natural language.',
  system: '<<SYS>>\n{system}\n<</SYS>>\n\n',
  first: '[INST] {system}{images}{question} [/INST]',
  next: '<s>[INST] {images}{question} [/INST]',
  answer: ' {answer} </s>',
  afterImage: '\n',
  controls: ['<s>', '</s>'],
  stopTexts: [],
}

/** LLaVA-1.6 on Mistral 7B, LLaVA-Med 1.5. */
const mistral_instruct: ConversationTemplate = {
  ...llava_llama_2,
  systemText: '',
  next: '[INST] {images}{question} [/INST]',
  controls: ['</s>'],
}

/** LLaVA-1.6 34B (and Hermes): no newline after `<|im_end|>`. */
const chatml_direct: ConversationTemplate = {
  systemText: 'Answer the questions.',
  system: '<|im_start|>system\n{system}<|im_end|>',
  first: '{system}<|im_start|>user\n{images}{question}<|im_end|><|im_start|>assistant\n',
  next: '<|im_start|>user\n{images}{question}<|im_end|><|im_start|>assistant\n',
  answer: '{answer}<|im_end|>',
  afterImage: '\n',
  controls: ['<|im_start|>', '<|im_end|>'],
  stopTexts: ['<|im_end|>'],
}

/** Qwen's vision models whose file brings no template: ChatML with newlines; libmtmd writes the tokens around a picture itself. */
const chatml: ConversationTemplate = {
  systemText: 'You are a helpful assistant.',
  system: '<|im_start|>system\n{system}<|im_end|>\n',
  first: '{system}<|im_start|>user\n{images}{question}<|im_end|>\n<|im_start|>assistant\n',
  next: '<|im_start|>user\n{images}{question}<|im_end|>\n<|im_start|>assistant\n',
  answer: '{answer}<|im_end|>\n',
  afterImage: '',
  controls: ['<|im_start|>', '<|im_end|>'],
  stopTexts: ['<|im_end|>'],
}

/** The templates that are written here; the one left out is written by the model's file. */
export type TemplateName = Exclude<PromptTemplate, 'embedded'>
export const templates: Readonly<Record<TemplateName, ConversationTemplate>> = { vicuna_v1, llava_v1, llava_v0, llava_llama_2, mistral_instruct, chatml_direct, chatml }

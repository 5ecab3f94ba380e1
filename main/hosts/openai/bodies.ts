import { randomUUID } from 'node:crypto'
import type { AnswerStats } from '../../contract/domains/chat.ts'
import type { ServedModel } from '../../services/completions/servedModels.ts'
import type { TokenText } from '../../services/completions/tokenTexts.ts'

/** What every part of one answer says. */
export interface AnswerHead {
  readonly id: string
  readonly created: number
  readonly model: string
  readonly system_fingerprint: string
}

export interface AnswerEnd {
  readonly stop: 'end' | 'length'
  readonly stats: AnswerStats
  readonly logprobs: readonly TokenText[] | null
}

export const newHead = (model: string, version: string): AnswerHead => ({ id: `chatcmpl-${randomUUID().replaceAll('-', '')}`, created: Math.floor(Date.now() / 1000), model, system_fingerprint: `llava-desk-${version}` })

export const modelBody = ({ id, created, inUse }: ServedModel) => ({ id, object: 'model', created, owned_by: 'llava-desk', in_use: inUse })

export const usageBody = ({ promptTokens, generatedTokens, reused }: AnswerStats) => ({
  prompt_tokens: promptTokens,
  completion_tokens: generatedTokens,
  total_tokens: promptTokens + generatedTokens,
  prompt_tokens_details: { cached_tokens: reused.promptTokens },
})

const finishReason = (stop: AnswerEnd['stop']) => (stop === 'end' ? 'stop' : 'length')
const logprobsBody = (tokens: AnswerEnd['logprobs']) => (tokens === null ? null : { content: tokens, refusal: null })

export const completionBody = (head: AnswerHead, text: string, { stop, stats, logprobs }: AnswerEnd) => ({
  ...head,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: text, refusal: null }, logprobs: logprobsBody(logprobs), finish_reason: finishReason(stop) }],
  usage: usageBody(stats),
})

/** One chunk of a stream. Where the client wants the usage, each has `usage`, null but in the last. */
export function chunks(head: AnswerHead, includeUsage: boolean) {
  const usage = includeUsage ? { usage: null } : {}
  const chunk = (delta: object, more: object = {}) => ({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, logprobs: null, finish_reason: null, ...more }], ...usage })
  return {
    begin: () => chunk({ role: 'assistant', content: '', refusal: null }),
    text: (content: string) => chunk({ content }),
    /** With the probabilities of all tokens: the engine gives them when the answer is whole. */
    end: ({ stop, logprobs }: AnswerEnd) => chunk({}, { logprobs: logprobsBody(logprobs), finish_reason: finishReason(stop) }),
    usage: ({ stats }: AnswerEnd) => ({ ...head, object: 'chat.completion.chunk', choices: [], usage: usageBody(stats) }),
  }
}

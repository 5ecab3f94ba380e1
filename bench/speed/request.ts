import type { Engine } from '../../main/engine/client/Engine.ts'
import type { GenerateInput } from '../../main/engine/protocol.ts'
import { mediaMarker } from '../peers/LlamaServer.ts'
import type { LlamaServer, ServerAnswer } from '../peers/LlamaServer.ts'
import type { BenchPicture } from './BenchPictures.ts'

/** One question about one picture, for either side: the same texts around the same picture. */
export interface BenchRequest {
  /** Requests of one conversation come one after the other; a chat goes on in its own. */
  readonly conversation: string
  readonly before: string
  readonly picture: BenchPicture
  readonly after: string
  readonly maxTokens: number
  readonly grammar?: string
  readonly priority?: 'chat' | 'batch'
  /** Whether the conversation is one that people come back to. */
  readonly keep?: boolean
}

/** What either side's reader saw. */
export interface BenchAnswer {
  readonly text: string
  readonly firstTokenMs: number
  readonly totalMs: number
  readonly generated: number
  /** Tokens of the prompt that were evaluated. */
  readonly evaluated: number
}

/** The texts of a conversation about a picture: the questions asked before with their answers, then this one. */
export function questionTexts(question: string, earlier: readonly { question: string; answer: string }[] = []): { before: string; after: string } {
  const turns = earlier.map((turn) => `${turn.question} ASSISTANT: ${turn.answer}</s>USER: `).join('')
  return { before: 'USER: ', after: `\n${turns}${question} ASSISTANT:` }
}

/** Asks our engine. Times are taken on this side of the process boundary. */
export async function askEngine(engine: Pick<Engine, 'generate'>, request: BenchRequest, signal?: AbortSignal): Promise<BenchAnswer> {
  const start = performance.now()
  let text = ''
  let firstTokenMs = 0
  for await (const event of engine.generate(inputOf(request), signal)) {
    const now = performance.now() - start
    if (event.type === 'delta') {
      text += event.text
      if (firstTokenMs === 0) firstTokenMs = now
    }
    if (event.type === 'end') return { text, firstTokenMs, totalMs: now, generated: event.stats.generatedTokens, evaluated: event.stats.evaluatedTokens }
  }
  throw new Error('the answer has no end')
}

/**
 * Brings both sides to where they stand when the model has answered `answer` and the person reads: a reader's bench cannot wait for a
 * model with random weights to say it. Ours then evaluates the words before the next question, as `services/chat/prefillNext.ts` has it.
 */
export async function settleEngine(engine: Pick<Engine, 'prefill'>, request: BenchRequest, answer: string): Promise<void> {
  const { conversation, keep = false } = request
  for (const end of ['', '</s>USER:']) await engine.prefill({ conversation, keep, prompt: inputOf({ ...request, after: `${request.after} ${answer}${end}` }).prompt })
}

/** See `settleEngine`. */
export async function settleServer(server: LlamaServer, request: BenchRequest, answer: string): Promise<void> {
  await askServer(server, { ...request, after: `${request.after} ${answer}`, maxTokens: 1 })
}

/** Asks llama-server the same. */
export async function askServer(server: LlamaServer, { before, picture, after, maxTokens, grammar }: BenchRequest): Promise<ServerAnswer> {
  return await server.complete({ text: `${before}${mediaMarker}${after}`, picture: picture.encoded, maxTokens, ...(grammar === undefined ? {} : { grammar }) })
}

function inputOf({ conversation, before, picture, after, maxTokens, grammar, priority, keep }: BenchRequest): GenerateInput {
  const { key, path } = picture
  return {
    conversation,
    prompt: [
      { type: 'text', text: before, trusted: true },
      { type: 'image', picture: { key, path } },
      { type: 'text', text: after, trusted: true },
    ],
    sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, repeatPenalty: 1, seed: 1 },
    maxTokens,
    stopTexts: [],
    grammar: grammar ?? null,
    priority: priority ?? 'chat',
    keep: keep ?? false,
  }
}

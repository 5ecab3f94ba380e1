import type { GenerateEvent, GenerateStats, Picture, SampledToken } from '../../protocol.ts'
import type { NativeEmbeddings, NativeSampled, NativeSampler } from '../../native/binding.d.ts'
import { EventStream } from '../EventStream.ts'
import { AnswerText } from '../text/AnswerText.ts'
import { Deltas } from '../text/Deltas.ts'
import type { Change } from './Change.ts'
import { Drafter } from './Drafter.ts'
import { totalCells } from './items.ts'
import type { ImageItem, Item } from './items.ts'
import type { Sequence } from './SequencePool.ts'

/** A request as the scheduler takes it: tokenized, its size known. */
export interface JobInput {
  readonly conversation: string
  /** Ends with at least one token. */
  readonly items: readonly Item[]
  /** The pictures of `items`, by key. */
  readonly pictures: ReadonlyMap<string, Picture>
  /** Embeddings that are there already: held, so that they cannot leave the cache before they are used. */
  readonly embeddings: ReadonlyMap<string, NativeEmbeddings>
  /** Most tokens of the answer; the prompt and as many fit into the context. */
  readonly maxTokens: number
  readonly stopTexts: readonly string[]
  readonly createSampler: () => NativeSampler
  readonly signal: AbortSignal
  /** Told what its sequence holds when it leaves it behind as an idle prefix. */
  readonly onLeave?: (items: readonly Item[]) => void
  /** Those of `chat` go first: see [Note: Chats before batches]. */
  readonly priority: 'chat' | 'batch'
  /** Whether its `end` event says how likely each token was. */
  readonly probabilities?: boolean
  /** Whether it goes on from text of the same answer. */
  readonly continues?: boolean
}

/** Where a request stands: it waits, is evaluated, gets tokens, or has ended in one way or another. One that steps back waits again. */
export type JobState = 'queued' | 'prompt' | 'answer' | 'done'

/** One request and its progress. The scheduler moves it along; this class keeps its text, events and figures. */
export class Job {
  readonly input: JobInput
  readonly conversation: string
  /** The change it came after, if one was under way. */
  readonly after: Change | null
  readonly events: EventStream<GenerateEvent>
  readonly promptCells: number
  readonly imageCells: number
  readonly embeddings: Map<string, NativeEmbeddings>
  state: JobState = 'queued'
  /** What is to be evaluated before the next token is sampled: the prompt, and for one that stepped back what it had answered. */
  items: readonly Item[]
  isBatch: boolean
  /** How many chats it has let go first since it got its last token. */
  chatsBefore = 0
  /** Set while its sequence is claimed. */
  sequence: Sequence | null = null
  sampler: NativeSampler | null = null
  /** KV cells it may still take; kept free for it, so that a request once begun can always end. */
  reserved = 0
  /** Rows of the next item, a picture, that are evaluated already. */
  imageRows = 0
  /** Sampled and not yet evaluated. */
  nextToken = 0
  generated = 0
  readonly drafter = new Drafter()
  reusedCells = 0
  reusedImages = 0
  readonly #text: AnswerText
  readonly #deltas: Deltas
  readonly #answered: number[] = []
  readonly #sampled: SampledToken[] = []
  #working = new AbortController()
  readonly #arrivedAt = performance.now()
  #admittedAt = 0
  #isResumed = false
  #firstTokenAt: number | null = null
  #firstTextAt: number | null = null
  imageMs = 0
  promptMs = 0

  constructor(input: JobInput, after: Change | null, onLeave: () => void) {
    this.input = input
    this.items = input.items
    this.isBatch = input.priority === 'batch'
    this.after = after
    this.conversation = input.conversation
    this.events = new EventStream(onLeave)
    this.promptCells = totalCells(input.items)
    this.imageCells = this.promptCells - input.items.filter((item) => typeof item === 'number').length
    this.embeddings = new Map(input.embeddings)
    this.#text = new AnswerText(input.stopTexts, input.continues)
    this.#deltas = new Deltas((seq, text, tokens) => this.events.push({ type: 'delta', seq, text, tokens }))
  }

  /** Records what its sequence already holds, at the moment its work begins. Figures say how it began for the first time. */
  admit(sequence: Sequence, reusedCells: number): void {
    this.sampler ??= this.input.createSampler()
    this.state = 'prompt'
    this.sequence = sequence
    if (this.#isResumed) return
    this.reusedCells = reusedCells
    this.reusedImages = sequence.items.filter((item) => typeof item !== 'number').length
    this.#admittedAt = performance.now()
  }

  /** Back to the queue, its sequence released. It will go on behind its last token, with the same sampler. */
  stepBack(): void {
    this.state = 'queued'
    this.items = [...this.input.items, ...this.#answered]
    this.reserved = 0
    this.imageRows = 0
    this.#isResumed = true
    this.#working.abort()
    this.#working = new AbortController()
    this.progress('queued')
  }

  /** Whether the change it came after is still to be made. */
  get isHeld(): boolean {
    return this.after?.isOver === false
  }

  /** Items of the prompt and the answer whose KV cells are there. */
  get evaluatedItems(): number {
    return this.sequence?.items.length ?? 0
  }

  /** The prompt's item to evaluate next; undefined when the prompt is done. */
  get nextItem(): Item | undefined {
    return this.items[this.evaluatedItems]
  }

  /** KV cells of everything it may still have evaluated, shared or not. */
  get cellsToCome(): number {
    return totalCells(this.items) + this.input.maxTokens - this.generated
  }

  /** Guesses that may be evaluated behind the last token: those and the token after them are still within the limit. */
  get room(): number {
    return this.input.maxTokens - this.generated - 1
  }

  /** Aborts as soon as the request is over, however it ends, or steps back. */
  get left(): AbortSignal {
    return this.#working.signal
  }

  /** Pictures that are not in the shared prefix. */
  pendingImages(): ImageItem[] {
    return this.items.slice(this.evaluatedItems).filter((item) => typeof item !== 'number')
  }

  /** `fraction`: of the pictures; that of the prompt is known here. Nothing is said once there is text. */
  progress(phase: 'queued' | 'image' | 'prompt', fraction: number | null = null): void {
    if (this.generated > 0) return
    const toDo = this.promptCells - this.reusedCells
    const left = totalCells(this.items, this.evaluatedItems) - this.imageRows
    this.events.push({ type: 'progress', phase, fraction: phase === 'prompt' ? Math.max(0, Math.min(1, 1 - left / toDo)) : fraction })
  }

  /** Counts pictures whose embeddings were there when its work began for the first time. */
  reuseImages(count: number): void {
    if (!this.#isResumed) this.reusedImages += count
  }

  /** Takes a sampled token. Returns whether it completed a stop text. */
  answer(sampled: NativeSampled): boolean {
    const { token, piece } = sampled
    this.#firstTokenAt ??= performance.now()
    this.generated++
    this.nextToken = token
    this.chatsBefore = 0
    this.#answered.push(token)
    this.#note(sampled)
    const stopped = this.#text.push(token, piece)
    const released = this.#text.release()
    if (released.text !== '') this.#firstTextAt ??= performance.now()
    this.#deltas.add(released)
    return stopped
  }

  /** Sends what is left of the text, then the `end` event. `ending`: the token that ended it and is not part of it. */
  finish(stop: 'end' | 'length', ending?: NativeSampled): void {
    if (ending !== undefined) this.#note({ ...ending, piece: new Uint8Array() })
    this.#deltas.add(this.#text.finish())
    this.#deltas.flush()
    this.events.push({ type: 'end', stop, stats: this.#stats(), ...(this.input.probabilities === true ? { sampled: this.#sampled, lead: this.#text.lead } : {}) })
    this.events.end()
    this.#dispose()
  }

  #note({ piece, logProbability }: NativeSampled): void {
    if (this.input.probabilities === true) this.#sampled.push({ bytes: piece.length, logProbability })
  }

  fail(error: unknown): void {
    this.#deltas.flush()
    this.events.fail(error)
    this.#dispose()
  }

  #dispose(): void {
    this.state = 'done'
    this.#deltas.cancel()
    this.sampler?.dispose()
    this.sampler = null
    this.reserved = 0
    this.embeddings.clear()
    this.#working.abort()
  }

  #stats(): GenerateStats {
    const now = performance.now()
    return {
      promptTokens: this.promptCells,
      imageTokens: this.imageCells,
      generatedTokens: this.generated,
      reusedPromptTokens: this.reusedCells,
      reusedImages: this.reusedImages,
      evaluatedTokens: this.promptCells - this.reusedCells,
      milliseconds: {
        queue: this.#admittedAt - this.#arrivedAt,
        image: this.imageMs,
        prompt: this.promptMs,
        firstToken: (this.#firstTextAt ?? now) - this.#arrivedAt,
        generation: now - (this.#firstTokenAt ?? now),
        total: now - this.#arrivedAt,
      },
    }
  }
}

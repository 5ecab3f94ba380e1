import type { AnswerEvent, Message } from '../../contract/domains/chat.ts'
import { Notifier } from '../../platform/Notifier.ts'

type Progress = Extract<AnswerEvent, { type: 'progress' }>

/**
 * The answer being written in this process, and whoever follows it. Followers read from the one list of deltas at their
 * own pace, so none can miss one, get one twice, or make memory grow; one that leaves changes nothing for the others.
 */
export class LiveAnswer {
  readonly chatId: string
  readonly messageId: string
  /** Aborted by `stop`: the writing ends, what is there stays. */
  readonly stopping = new AbortController()
  readonly #changed = new Notifier()
  readonly #deltas: string[] = []
  #text: string
  #progress: Progress | null = null
  #ended: Message | null = null

  /** @param begun Text that is there already, where an answer goes on. */
  constructor(chatId: string, messageId: string, begun = '') {
    this.chatId = chatId
    this.messageId = messageId
    this.#text = begun
  }

  get text(): string {
    return this.#text
  }

  report(progress: Progress): void {
    this.#progress = progress
    this.#changed.notify()
  }

  push(text: string): void {
    if (text === '') return
    this.#deltas.push(text)
    this.#text += text
    this.#changed.notify()
  }

  end(message: Message): void {
    this.#ended = message
    this.#changed.notify()
  }

  /** Resolves with the ended message; rejects only where `signal` aborts. */
  async ended(signal?: AbortSignal): Promise<Message> {
    while (this.#ended === null) {
      signal?.throwIfAborted()
      await this.#changed.next(signal)
    }
    return this.#ended
  }

  /**
   * A snapshot, then every delta after it, then the end. The snapshot's `seq` is the number of deltas in it; each delta's
   * is one more than the last. Ends early, without error, when `signal` aborts.
   */
  async *follow(signal?: AbortSignal): AsyncGenerator<AnswerEvent, void, undefined> {
    let seq = this.#deltas.length
    let progress: Progress | null = null
    yield { type: 'snapshot', seq, text: this.#text }
    while (signal?.aborted !== true) {
      const delta = this.#deltas[seq]
      if (delta !== undefined) {
        seq += 1
        yield { type: 'delta', seq, text: delta }
      } else if (this.#ended !== null) {
        yield { type: 'end', message: this.#ended }
        return
      } else if (this.#progress !== progress && this.#progress !== null && seq === 0) {
        progress = this.#progress
        yield progress
      } else await this.#changed.next(signal)
    }
  }

  get followers(): number {
    return this.#changed.waiting
  }
}

import type { GenerationOptions, Message } from '../../contract/domains/chat.ts'
import { AppError, toAppError } from '../../contract/errors/AppError.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import type { Logger } from '../../platform/log.ts'
import { unreachable } from '../../platform/unreachable.ts'
import type { Ending } from '../../storage/messages.ts'
import type { Store } from '../../storage/Store.ts'
import type { PictureSource } from '../images/pictureSource.ts'
import type { Turn } from '../prompt/buildPrompt.ts'
import { LiveAnswer } from './LiveAnswer.ts'
import { prefillNext } from './prefillNext.ts'
import { writeAnswer } from './writeAnswer.ts'
import type { AnswerRequest } from './writeAnswer.ts'

/** How often the text so far is saved while it grows, in milliseconds: a kill loses at most this much. */
const SAVE_EVERY = 500

/** What an answer needs beside the engine and the store. */
export interface AnswerHost extends Pick<AnswerRequest, 'templateOf'> {
  /** The conversation up to this answer, its last turn open. Throws `IMAGE_GONE`. */
  turns(): Turn<PictureSource>[]
  /** Called after the ended answer was stored. */
  onEnd(): void
}

/** Writes answers and keeps their rows up to date. One per process; it knows the answers that are being written. */
export class AnswerWriter {
  readonly #engine: Engine
  readonly #store: Store
  readonly #logger: Logger
  readonly #now: () => number
  readonly #live = new Map<string, LiveAnswer>()
  readonly #disposed = new AbortController()
  /** Endings that could not be stored (a full disk); tried again at every occasion. */
  readonly #unsaved = new Map<string, Ending>()

  constructor(engine: Engine, store: Store, logger: Logger, now: () => number) {
    this.#engine = engine
    this.#store = store
    this.#logger = logger
    this.#now = now
  }

  live(messageId: string): LiveAnswer | null {
    return this.#live.get(messageId) ?? null
  }

  inChat(chatId: string): LiveAnswer[] {
    return [...this.#live.values()].filter((answer) => answer.chatId === chatId)
  }

  /** Starts writing an answer whose row says 'writing', and returns at once. */
  start(answer: Message, options: GenerationOptions, host: AnswerHost): LiveAnswer {
    const live = new LiveAnswer(answer.chatId, answer.id)
    this.#live.set(answer.id, live)
    void this.#write(live, answer, options, host)
    return live
  }

  /** Stops all answers and waits until their rows say so. */
  async dispose(): Promise<void> {
    this.#disposed.abort()
    const all = [...this.#live.values()]
    for (const live of all) live.stopping.abort()
    await Promise.all(all.map((live) => live.ended()))
    this.saveUnsaved()
  }

  /** Stores endings that could not be stored before. Returns those that still cannot be. */
  saveUnsaved(): ReadonlyMap<string, Ending> {
    for (const id of this.#unsaved.keys()) {
      try {
        this.saveIfUnsaved(id)
      } catch (error) {
        this.#logger.warn('An answer can still not be saved', { error })
        break
      }
    }
    return this.#unsaved
  }

  /** Throws what keeps the ending of this answer from being stored, e.g. `DISK_FULL`. Not inside a transaction, which may still fail. */
  saveIfUnsaved(messageId: string): void {
    const ending = this.#unsaved.get(messageId)
    if (ending === undefined) return
    this.#store.messages.end(messageId, ending)
    this.#unsaved.delete(messageId)
  }

  async #write(live: LiveAnswer, answer: Message, options: GenerationOptions, host: AnswerHost): Promise<void> {
    let saved = ''
    const save = () => {
      saved = this.#saveText(live, saved)
    }
    const saver = setInterval(save, SAVE_EVERY)
    const ending = await this.#generate(live, options, host, save)
    clearInterval(saver)
    // Nothing came of a second try: the text of the first one stays.
    const text = ending.text === '' && ending.stop !== 'end' ? answer.text : ending.text
    const message = this.#end(live, answer, { ...ending, text })
    this.#live.delete(live.messageId)
    live.end(message)
    host.onEnd()
    if (message.stop === 'end') await this.#prefill(message, options, host)
  }

  /** Never rejects: however it goes, it is an ending. `save` stores the text so far. */
  async #generate(live: LiveAnswer, options: GenerationOptions, host: AnswerHost, save: () => void): Promise<Ending> {
    let model: string | null = null
    try {
      const request = { conversation: live.chatId, turns: host.turns(), options, templateOf: host.templateOf, keep: true }
      for await (const step of writeAnswer(this.#engine, request, live.stopping.signal)) {
        switch (step.type) {
          case 'progress':
            live.report(step)
            break
          case 'model':
            model = step.model.name
            break
          case 'delta': {
            const isFirst = live.text === ''
            live.push(step.text)
            // A crash just after an answer began must not look as if nothing had been answered.
            if (isFirst) save()
            break
          }
          case 'end':
            return { text: live.text, status: 'done', stop: step.stop, error: null, stats: step.stats, model }
          default:
            unreachable(step)
        }
      }
      throw new AppError('ENGINE_FAILED', { detail: 'the answer broke off' })
    } catch (error) {
      const { text } = live
      if (live.stopping.signal.aborted) return { text, status: 'stopped', stop: 'stopped', error: null, stats: null, model }
      const failure = toAppError(error)
      this.#logger.warn('An answer failed', { messageId: live.messageId, error: failure })
      return { text, status: 'failed', stop: 'failed', error: { code: failure.code, params: failure.params }, stats: null, model }
    }
  }

  /** Saves the text so far where it has grown, and sees whether another process asked to stop. Returns what is saved. */
  #saveText(live: LiveAnswer, saved: string): string {
    const { text } = live
    try {
      if (text !== saved) this.#store.messages.saveText(live.messageId, text)
      if (this.#store.messages.isStopRequested(live.messageId)) live.stopping.abort()
      return text
    } catch (error) {
      // The answer goes on; its end is stored later, or the person is told then.
      this.#logger.warn('The text so far could not be saved', { messageId: live.messageId, error })
      return saved
    }
  }

  /** What the next question waits less for. Nobody waits for it, so nobody is told where it fails. */
  async #prefill({ chatId, text }: Message, options: GenerationOptions, host: AnswerHost): Promise<void> {
    try {
      const request = { conversation: chatId, turns: host.turns(), options, templateOf: host.templateOf, keep: true }
      await prefillNext(this.#engine, request, text, this.#disposed.signal)
    } catch (error) {
      if (!this.#disposed.signal.aborted) this.#logger.debug('The words before the next question could not be evaluated ahead', { error })
    }
  }

  #end(live: LiveAnswer, answer: Message, ending: Ending): Message {
    try {
      this.#store.transaction(() => {
        this.#store.messages.end(live.messageId, ending)
        this.#store.chats.touch(live.chatId, this.#now())
      })
      return { ...answer, ...ending }
    } catch (error) {
      const failure = toAppError(error)
      this.#logger.error('An answer could not be saved', { messageId: live.messageId, error: failure })
      this.#unsaved.set(live.messageId, ending)
      return { ...answer, ...ending, status: 'failed', stop: 'failed', error: { code: failure.code, params: failure.params } }
    }
  }
}

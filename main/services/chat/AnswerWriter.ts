import type { Message, MessageOptions } from '../../contract/domains/chat.ts'
import type { Premise } from '../../contract/domains/format.ts'
import { AppError, toAppError } from '../../contract/errors/AppError.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import type { Logger } from '../../platform/log.ts'
import { unreachable } from '../../platform/unreachable.ts'
import type { Ending } from '../../storage/messages.ts'
import type { Store } from '../../storage/Store.ts'
import { answerSteps, asTricky } from './answerSteps.ts'
import type { ChatQuestion } from './answerSteps.ts'
import { LiveAnswer } from './LiveAnswer.ts'
import { prefillNext } from './prefillNext.ts'

/** How often the text so far is saved while it grows, in milliseconds: a kill loses at most this much. */
const SAVE_EVERY = 500

/** What an answer needs beside the engine and the store. */
export interface AnswerHost extends Pick<ChatQuestion, 'templateOf' | 'turns'> {
  /** The answer as it had ended, where it goes on; null where it begins anew. */
  readonly goesOn: Message | null
  /** Called after the verdict on the question's premise was stored. */
  onPremise(): void
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
  start(answer: Message, options: MessageOptions, host: AnswerHost): LiveAnswer {
    const live = new LiveAnswer(answer.chatId, answer.id, begunWith(host.goesOn))
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

  async #write(live: LiveAnswer, answer: Message, options: MessageOptions, host: AnswerHost): Promise<void> {
    let saved = live.text
    const save = () => {
      saved = this.#saveText(live, saved)
    }
    const saver = setInterval(save, SAVE_EVERY)
    let checked = answer
    const onPremise = (premise: Premise) => {
      checked = { ...answer, premise }
      this.#savePremise(live, premise, host)
    }
    const ending = await this.#generate(live, options, host, { save, onPremise })
    clearInterval(saver)
    const message = this.#end(live, checked, keepBefore(ending, host.goesOn))
    this.#live.delete(live.messageId)
    live.end(message)
    host.onEnd()
    if (message.stop === 'end') await this.#prefill(message, options, host)
  }

  /** Never rejects: however it goes, it is an ending. `save` stores the text so far. */
  async #generate(live: LiveAnswer, options: MessageOptions, host: AnswerHost, { save, onPremise }: { save: () => void; onPremise: (premise: Premise) => void }): Promise<Ending> {
    let model: string | null = null
    const begun = live.text
    try {
      const { turns, templateOf, goesOn } = host
      const question = { conversation: live.chatId, turns, options, templateOf, goesOn, keep: true }
      for await (const step of answerSteps(this.#engine, question, live.stopping.signal)) {
        switch (step.type) {
          case 'progress':
            live.report(step)
            break
          case 'model':
            model = step.model.name
            break
          case 'premise':
            onPremise(step.premise)
            break
          case 'delta': {
            const isFirst = live.text === begun
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

  /** The verdict is shown while the answer is still to come. Where it cannot be saved now, it is with the answer's end. */
  #savePremise(live: LiveAnswer, premise: Premise, host: AnswerHost): void {
    try {
      this.#store.messages.savePremise(live.messageId, premise)
      host.onPremise()
    } catch (error) {
      this.#logger.warn('The verdict on a premise could not be saved', { messageId: live.messageId, error })
    }
  }

  /** What the next question waits less for. Nobody waits for it, so nobody is told where it fails. */
  async #prefill({ chatId, text, premise }: Message, options: MessageOptions, host: AnswerHost): Promise<void> {
    try {
      // Later prompts word this question as it was asked.
      const turns = premise?.verdict === 'fails' ? host.turns(asTricky) : host.turns()
      const request = { conversation: chatId, turns, options, templateOf: host.templateOf, keep: true }
      await prefillNext(this.#engine, request, text, this.#disposed.signal)
    } catch (error) {
      if (!this.#disposed.signal.aborted) this.#logger.debug('The words before the next question could not be evaluated ahead', { error })
    }
  }

  #end(live: LiveAnswer, answer: Message, ending: Ending): Message {
    try {
      this.#store.transaction(() => {
        this.#store.messages.end(live.messageId, ending)
        if (answer.premise !== undefined) this.#store.messages.savePremise(live.messageId, answer.premise)
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

/** The text with which an answer goes on: white space at its end is the model's to write again. */
export function begunWith(goesOn: Message | null): string {
  return goesOn?.text.trimEnd() ?? ''
}

/** How an answer had ended stays where going on with it failed. */
function keepBefore(ending: Ending, goesOn: Message | null): Ending {
  if (goesOn === null || goesOn.status === 'writing' || ending.status !== 'failed') return ending
  const { status, stop, stats, model } = goesOn
  return { ...ending, status, stop, stats, model }
}

import type { ChatOptions, GenerationOptions, Question } from '../../../main/contract/domains/chat.ts'
import type { AnswerFormat } from '../../../main/contract/domains/format.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import type { Report } from './report.ts'

type Asking = Pick<Question, 'format' | 'verifyPremise'>

const free: AnswerFormat = { type: 'free' }

/** How the next questions of one chat are asked. The services keep it with the chat; before there is a chat, it waits here. */
export class AnswerOptions {
  format = $state.raw<AnswerFormat>(free)
  verifyPremise = $state(false)
  /** In place of the format, for one question. */
  once = $state.raw<AnswerFormat | null>(null)
  /** What differs from the settings. */
  generation = $state.raw<GenerationOptions>({})
  readonly isChanged = $derived(Object.keys(this.generation).length > 0)
  /** An option letter was chosen, but there are not two options yet: the question would be asked without them. */
  readonly incomplete = $derived(this.format.type === 'letter' && this.format.options.filter((option) => option.trim() !== '').length < 2)
  readonly #client: Client
  readonly #report: Report
  /** The chat whose options these are: loaded from it, or saved to it. */
  #known: string | null = null
  /** Something was chosen here, which what is loaded later must not replace. */
  #chosen = false

  constructor(client: Client, report: Report) {
    this.#client = client
    this.#report = report
  }

  /** Takes over what the chat keeps, once. Rejects where it cannot be read. */
  async load(chatId: string): Promise<void> {
    if (this.#known === chatId) return
    const kept = await this.#client.chatOptions.get({ chatId })
    this.#known = chatId
    if (this.#chosen) return
    this.format = kept.format
    this.verifyPremise = kept.verifyPremise
    this.generation = kept.generation
  }

  /** What a question takes along, once the chat has what was chosen here, or this what the chat keeps. Rejects where neither can be. */
  async settle(chatId: string, isNew: boolean): Promise<Asking> {
    const asked = this.ofQuestion(), isOnce = this.once !== null
    this.once = null
    if (this.#known === chatId) return asked
    if (this.#chosen) await this.#save(chatId)
    else if (!isNew) {
      await this.load(chatId)
      return isOnce ? asked : this.ofQuestion()
    }
    this.#known = chatId
    return asked
  }

  choose(format: AnswerFormat, chatId: string | null): void {
    this.format = format
    this.#changed(chatId)
  }

  setVerify(verify: boolean, chatId: string | null): void {
    this.verifyPremise = verify
    this.#changed(chatId)
  }

  setGeneration(generation: GenerationOptions, chatId: string | null): void {
    this.generation = generation
    this.#changed(chatId)
  }

  /** What a question takes along. Options that nothing was written into are left out. */
  ofQuestion(): Asking {
    if (this.once !== null) return { format: this.once }
    const format = this.#sent()
    return { ...(format.type === 'free' ? {} : { format }), ...(this.verifyPremise ? { verifyPremise: true } : {}) }
  }

  #sent(): AnswerFormat {
    const { format } = this
    return format.type === 'letter' ? { ...format, options: format.options.filter((option) => option.trim() !== '') } : format
  }

  #changed(chatId: string | null): void {
    this.#chosen = true
    if (chatId !== null) this.#save(chatId).catch(this.#report)
  }

  async #save(chatId: string): Promise<void> {
    await this.#client.chatOptions.save({ chatId, options: this.#kept() })
  }

  /** A list of options that is not complete yet cannot be kept; the chat then keeps no format. */
  #kept(): ChatOptions {
    return { format: this.incomplete ? free : this.#sent(), verifyPremise: this.verifyPremise, generation: this.generation }
  }
}

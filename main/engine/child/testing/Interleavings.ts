import { join } from 'node:path'
import type { Random } from '../../../../bench/synthetic/random.ts'
import type { AppError } from '../../../contract/errors/AppError.ts'
import type { Picture } from '../../protocol.ts'
import type { NativeContext, NativeEmbeddings, NativeProjector } from '../../native/binding.d.ts'
import { GREEDY } from '../../native/testing.ts'
import { Cores } from '../Cores.ts'
import { EmbeddingCache } from '../pictures/EmbeddingCache.ts'
import type { Item } from '../scheduler/items.ts'
import { Scheduler } from '../scheduler/Scheduler.ts'
import type { AloneAnswers, Answer } from './AloneAnswers.ts'
import type { RealSetup } from './RealSetup.ts'

const questions = ['What is the total?', 'Who is the vendor?', 'Describe the image.', 'Why?']
const people = ['ann', 'ben', 'cleo', 'dan']
/** Few enough for about four conversations, so that each new one costs another its cells. */
const cells = 256
/** Most tokens of an answer. */
const limits = [1, 3, 6]
const longestHistory = 3

interface Conversation {
  start: readonly Item[]
  turns: { readonly question: readonly Item[]; readonly answer: readonly number[] }[]
}

interface Engine {
  readonly scheduler: Scheduler
  readonly context: NativeContext
  readonly cache: EmbeddingCache
}

/** What was done, and what came of it. */
export interface Counts {
  asked: number
  whole: number
  stopped: number
  regenerated: number
  branched: number
  evicted: number
  restarted: number
  adapted: number
  interrupted: number
}

/**
 * Random schedules on the real scheduler, pool and addon: in each, several people do something in their conversations at the same
 * time, for a chat or for a batch, while cells are evicted, adapters change and the engine restarts. Every answer is compared
 * with the one given alone. The scheduler goes on from schedule to schedule, with what it keeps.
 */
export class Interleavings {
  readonly counts: Counts = { asked: 0, whole: 0, stopped: 0, regenerated: 0, branched: 0, evicted: 0, restarted: 0, adapted: 0, interrupted: 0 }
  readonly #setup: RealSetup
  readonly #random: Random
  /** Alone, without the adapter and with it. */
  readonly #alone: readonly AloneAnswers[]
  readonly #conversations = new Map<string, Conversation>()
  readonly #faults: string[] = []
  #engine: Promise<Engine>
  #adapted = 0

  constructor(setup: RealSetup, alone: readonly AloneAnswers[], random: Random) {
    this.#setup = setup
    this.#alone = alone
    this.#random = random
    this.#engine = this.#start()
  }

  /** One schedule. Returns whether all is well. */
  async run(): Promise<boolean> {
    const busy = people.filter(() => this.#chance(0.6))
    const doings = (busy.length > 0 ? busy : people).map(async (person) => await this.#act(person))
    if (this.#chance(0.1)) doings.push(this.#evict())
    if (this.#chance(0.03)) doings.push(this.#restart())
    if (this.#chance(0.05)) doings.push(this.#adapt())
    await Promise.all(doings)
    return this.#faults.length === 0
  }

  /** Ends the engine; returns what is wrong. */
  async dispose(): Promise<readonly string[]> {
    await this.#stop(await this.#engine)
    return this.#faults
  }

  async #stop({ scheduler, context, cache }: Engine): Promise<void> {
    await scheduler.close()
    if (scheduler.pool.sequences.some(({ busy }) => busy)) this.#faults.push('a sequence stayed busy')
    await context.dispose()
    await cache.close()
  }

  async #act(person: string): Promise<void> {
    await this.#wait(12)
    const conversation = this.#conversations.get(person)
    if (conversation === undefined || conversation.turns.length === 0 || this.#chance(0.3)) {
      await this.#ask(person, this.#begin(person), this.#question())
      return
    }
    const last = conversation.turns.at(-1)
    const kind = this.#random.below(3)
    if (kind === 0 && last !== undefined) {
      this.counts.regenerated++
      conversation.turns.pop()
      await this.#ask(person, conversation, last.question)
      return
    }
    if (kind === 1 || conversation.turns.length === longestHistory) {
      this.counts.branched++
      conversation.turns.splice(this.#random.below(conversation.turns.length))
    }
    await this.#ask(person, conversation, this.#question())
  }

  async #ask(person: string, conversation: Conversation, question: readonly Item[]): Promise<void> {
    const items = [...conversation.start, ...conversation.turns.flatMap((turn) => [...turn.question, ...turn.answer]), ...question]
    const maxTokens = limits[this.#random.below(limits.length)] ?? 1
    const answer = await this.#submit(person, items, maxTokens, this.#chance(0.2))
    if (answer === null) return
    // A stopped answer stays as far as it came, as in a chat.
    conversation.turns.push({ question, answer: answer.tokens })
  }

  /** The answer as far as it came; null where the engine went away. */
  async #submit(conversation: string, items: readonly Item[], maxTokens: number, stops: boolean): Promise<Answer | null> {
    const { scheduler, cache } = await this.#engine
    const alone = this.#alone[this.#adapted]
    const abort = new AbortController()
    const input = { conversation, items, maxTokens, stopTexts: [], signal: abort.signal, priority: this.#chance(0.5) ? ('chat' as const) : ('batch' as const) }
    const createSampler = () => this.#setup.binding.createSampler(this.#setup.model, GREEDY)
    const events = scheduler.submit({ ...input, createSampler, ...this.#pictures(items, cache) })
    if (stops) void this.#wait(30).then(() => abort.abort())
    const tokens: number[] = []
    let ended: boolean | null = null
    this.counts.asked++
    try {
      for await (const event of events) {
        if (event.type === 'delta') tokens.push(...event.tokens)
        if (event.type === 'end') ended = event.stop === 'end'
      }
    } catch (error) {
      const { code } = error as AppError
      if (code === 'ENGINE_STOPPED') this.counts.interrupted++
      else if (code === 'ABORTED' && stops) this.counts.stopped++
      else throw error
      if (code === 'ENGINE_STOPPED') return null
    }
    if (ended !== null) this.counts.whole++
    const answer = { tokens, ended: ended === true }
    const fault = await alone?.fault(items, answer, maxTokens, ended !== null)
    if (fault !== null && fault !== undefined) this.#faults.push(fault)
    return answer
  }

  /** A long prompt about something else, which takes nearly all cells. */
  async #evict(): Promise<void> {
    await this.#wait(20)
    this.counts.evicted++
    const items = Array.from({ length: cells - 20 - this.#random.below(60) }, () => 20 + this.#random.below(400))
    await this.#submit('something else', items, 1, false)
  }

  async #restart(): Promise<void> {
    await this.#wait(20)
    this.counts.restarted++
    const before = this.#engine
    this.#adapted = 0
    this.#engine = before.then(async (engine) => {
      await this.#stop(engine)
      return await this.#start()
    })
    await this.#engine
  }

  async #adapt(): Promise<void> {
    await this.#wait(20)
    const { scheduler, context } = await this.#engine
    this.counts.adapted++
    this.#adapted = 1 - this.#adapted
    const adapters = this.#adapted === 1 ? [{ adapter: this.#setup.adapter, scale: 1 }] : []
    await scheduler.change(async () => await context.setAdapters(adapters)).catch((error: unknown) => {
      // The engine is restarting, without adapters.
      if ((error as AppError).code !== 'ENGINE_STOPPED') throw error
    })
  }

  async #start(): Promise<Engine> {
    const context = await this.#setup.createContext({ contextSize: cells, sequences: 8 })
    // As on a CPU, or as beside a graphics device.
    const cores = new Cores(this.#chance(0.5))
    const cache = new EmbeddingCache(this.#encoder(), null, this.#bytes(), cores)
    return { scheduler: new Scheduler(context, cache, { maxActive: 3, cores }), context, cache }
  }

  /** Gives the embeddings that were computed at the start, after a while, or is aborted. */
  #encoder(): Pick<NativeProjector, 'encode' | 'abort'> {
    const all = [...this.#setup.pictures.values()]
    let call = new AbortController()
    return {
      encode: async (rgb) => {
        call = new AbortController()
        const { signal } = call
        for (let turns = this.#random.below(20); turns > 0 && !signal.aborted; turns--) await turn()
        const embeddings = all[rgb[0] ?? 0]
        if (signal.aborted || embeddings === undefined) throw Object.assign(new Error('aborted'), { code: 'ABORTED' })
        return embeddings
      },
      abort: () => call.abort(),
    }
  }

  /** Room for two pictures, so that the third is encoded again. */
  #bytes(): number {
    const [first] = this.#setup.pictures.values()
    return 2 * (first?.data.byteLength ?? 0)
  }

  #begin(person: string): Conversation {
    const { model, pictures } = this.#setup
    const words = [...model.tokenize('USER: ', { special: false, bos: true })]
    const [key, embeddings] = [...pictures][this.#random.below(pictures.size + 2)] ?? []
    const start: Item[] = key === undefined || embeddings === undefined ? words : [...words, { key, tokens: embeddings.tokens, positions: embeddings.positions }]
    const conversation: Conversation = { start, turns: [] }
    this.#conversations.set(person, conversation)
    return conversation
  }

  #question(): Item[] {
    const text = questions[this.#random.below(questions.length)] ?? ''
    return [...this.#setup.model.tokenize(`\n${text} ASSISTANT:`, { special: false, bos: false })]
  }

  /** As the engine does: embeddings that are kept come along. */
  #pictures(items: readonly Item[], cache: EmbeddingCache): { pictures: Map<string, Picture>; embeddings: Map<string, NativeEmbeddings> } {
    const keys = items.flatMap((item) => (typeof item === 'number' ? [] : [item.key]))
    const embeddings = keys.flatMap((key) => {
      const known = cache.peek(key)
      return known === undefined ? [] : [[key, known] as const]
    })
    return { pictures: new Map(keys.map((key) => [key, { key, path: join(this.#setup.folder, `${key}.ppm`) }])), embeddings: new Map(embeddings) }
  }

  #chance(share: number): boolean {
    return this.#random.unit() < share
  }

  async #wait(most: number): Promise<void> {
    for (let turns = this.#random.below(most + 1); turns > 0; turns--) await turn()
  }
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

import type { NativeBinding, NativeContext, NativeEmbeddings, NativeModel } from '../../native/binding.d.ts'
import { GREEDY } from '../../native/testing.ts'
import type { Item } from '../scheduler/items.ts'

/** An answer: its tokens, and whether the model ended it. */
export interface Answer {
  readonly tokens: readonly number[]
  readonly ended: boolean
}

/** Logits closer than this may come out either way round: sums are added up in another order where other requests take part. */
const closest = 1e-3
/** More than any difference of logits; the most a sampler takes. */
const penalty = 1000

/** What a model answers at temperature 0 to a prompt evaluated alone, from scratch, in a context that holds nothing else. */
export class AloneAnswers {
  readonly #parts: { readonly binding: NativeBinding; readonly model: NativeModel; readonly context: NativeContext }
  readonly #pictures: ReadonlyMap<string, NativeEmbeddings>
  readonly #known = new Map<string, Answer>()
  #last: Promise<unknown> = Promise.resolve()
  /** Where two tokens were as likely as each other and another one was taken than alone, in words. */
  readonly nearTies: string[] = []

  constructor(parts: { readonly binding: NativeBinding; readonly model: NativeModel; readonly context: NativeContext }, pictures: ReadonlyMap<string, NativeEmbeddings>) {
    this.#parts = parts
    this.#pictures = pictures
  }

  /** Prompts that were evaluated. */
  get prompts(): number {
    return this.#known.size
  }

  /** Null where the answer, of so many tokens at most, is the one given alone; else what is wrong. `whole`: not stopped in its middle. */
  async fault(items: readonly Item[], given: Answer, limit: number, whole: boolean): Promise<string | null> {
    const alone = await this.#answer(items, limit)
    const at = given.tokens.findIndex((token, index) => token !== alone.tokens[index])
    if (at < 0 && (!whole || (given.tokens.length === alone.tokens.length && given.ended === alone.ended))) return null
    const wrong = `answered ${JSON.stringify(given)}, alone ${JSON.stringify(alone)}, to ${JSON.stringify(items)}`
    const until = at < 0 ? Math.min(given.tokens.length, alone.tokens.length) : at
    if (at < 0 && until === limit) return wrong
    const start = [...items, ...given.tokens.slice(0, until)]
    const { best, second, apart } = await this.#inTurn(async () => await this.#likeliest(start))
    const isEnd = (token: number) => this.#parts.model.isEndOfGeneration(token)
    const taken = given.tokens[until]
    const isOneOfThem = taken === undefined ? [best, second].some(isEnd) : [best, second].includes(taken)
    if (apart > closest || !isOneOfThem) return `${wrong}: at ${until} the likeliest are ${best} and ${second}, ${apart} apart`
    this.nearTies.push(`${best} and ${second}, ${apart} apart`)
    if (taken === undefined) return null
    return await this.fault([...start, taken], { ...given, tokens: given.tokens.slice(until + 1) }, limit - until - 1, whole)
  }

  async #answer(items: readonly Item[], limit: number): Promise<Answer> {
    const key = `${limit} ${JSON.stringify(items)}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const answer = await this.#inTurn(async () => await this.#evaluate(items, limit))
    this.#known.set(key, answer)
    return answer
  }

  async #evaluate(items: readonly Item[], limit: number): Promise<Answer> {
    const { binding, model, context } = this.#parts
    const sampler = binding.createSampler(model, GREEDY)
    const tokens: number[] = []
    let { position, rest } = await this.#prefill(items)
    try {
      while (tokens.length < limit) {
        const [[sampled] = []] = await context.step([{ sequence: 0, position, tokens: rest, sampler }])
        if (sampled === undefined) throw new Error('no token was sampled')
        if (sampled.endOfGeneration) return { tokens, ended: true }
        position += rest.length
        rest = [sampled.token]
        tokens.push(sampled.token)
      }
      return { tokens, ended: false }
    } finally {
      sampler.dispose()
    }
  }

  /** The two likeliest tokens behind a prompt and how far apart their logits are. The second is what is left when the first is penalized. */
  async #likeliest(items: readonly Item[]): Promise<{ best: number; second: number; apart: number }> {
    const { binding, model, context } = this.#parts
    const first = binding.createSampler(model, GREEDY)
    const others = binding.createSampler(model, { ...GREEDY, presencePenalty: penalty, repeatLastN: 8 })
    const sampled = async (sampler: typeof first) => {
      const { position, rest } = await this.#prefill(items)
      const [[result] = []] = await context.step([{ sequence: 0, position, tokens: rest, sampler }])
      if (result === undefined) throw new Error('no token was sampled')
      return result
    }
    const best = await sampled(first)
    others.accept(best.token)
    const second = await sampled(others)
    first.dispose()
    others.dispose()
    return { best: best.token, second: second.token, apart: best.logProbability - second.logProbability }
  }

  /** Evaluates everything up to the last stretch of text, which is returned with its position. */
  async #prefill(items: readonly Item[]): Promise<{ position: number; rest: number[] }> {
    const { context } = this.#parts
    context.removeRange(0, 0, -1)
    let position = 0
    let rest: number[] = []
    for (const item of items) {
      if (typeof item === 'number') {
        rest.push(item)
        continue
      }
      if (rest.length > 0) await context.step([{ sequence: 0, position, tokens: rest }])
      position += rest.length
      rest = []
      const embeddings = this.#pictures.get(item.key)
      if (embeddings === undefined) throw new Error(`no picture ${item.key}`)
      await context.prefillEmbeddings(0, position, embeddings)
      position += item.positions
    }
    return { position, rest }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return await turn
  }
}

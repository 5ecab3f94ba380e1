import { readFile, writeFile } from 'node:fs/promises'
import type { NativeContext, NativeEmbeddings, NativeSampled, NativeSampler, NativeStepEntry } from '../../native/binding.d.ts'

/** A token that ends the answer. */
export const fakeEnd = 0
const fakeAlphabet = 22
/** Rows of a fake picture. */
export const fakeImageTokens = 5

/**
 * A fake of the native context, for tests of the order of things only: it answers with a function of all that its sequence
 * holds, so that a wrong, missing or stale KV cell changes the answer, and it refuses what the real one would refuse.
 */
export class FakeContext implements NativeContext {
  readonly contextSize: number
  readonly sequences: number
  readonly mostDrafted = 16
  /** What each step was made of: sequence and number of tokens. */
  readonly steps: { sequence: number; tokens: number }[][] = []
  /** Error code of the next call. */
  failNext: string | null = null
  /** A step with this token fails, and blames its entry alone. */
  badToken: number | null = null
  readonly #cells: { value: number }[][]
  readonly #turns: () => number
  readonly #alphabet: number
  #abort: (() => void) | null = null
  #shift = 0

  /** `turns`: how many rounds of the event loop the next call takes. `alphabet`: how many tokens it answers with; of few, many are guessed. */
  constructor(contextSize: number, sequences: number, turns: () => number = () => 1, alphabet = fakeAlphabet) {
    this.contextSize = contextSize
    this.sequences = sequences
    this.#turns = turns
    this.#alphabet = alphabet
    this.#cells = Array.from({ length: sequences }, () => [])
  }

  get usedCells(): number {
    return new Set(this.#cells.flat()).size
  }

  contents(sequence: number): number[] {
    return this.#of(sequence).map((cell) => cell.value)
  }

  async step(entries: readonly NativeStepEntry[]): Promise<NativeSampled[][]> {
    this.steps.push(entries.map(({ sequence, tokens }) => ({ sequence, tokens: tokens.length })))
    const blamed = entries.findIndex(({ tokens }) => this.badToken !== null && tokens.includes(this.badToken))
    if (blamed >= 0) throw Object.assign(failure('GRAMMAR_INVALID'), { entry: blamed })
    const drafted = entries.reduce((sum, entry) => sum + (entry.drafted ?? 0), 0)
    const misplaced = entries.some((entry) => (entry.drafted ?? 0) > (entry.sampler === undefined ? 0 : entry.tokens.length - 1))
    if (drafted > this.mostDrafted || misplaced) throw failure('BAD_ARGUMENT')
    await this.#work(entries.map((entry) => ({ ...entry, values: [...entry.tokens] })))
    return entries.map((entry) => (entry.sampler === undefined ? [] : this.#answer(entry)))
  }

  async prefillEmbeddings(sequence: number, position: number, embeddings: NativeEmbeddings): Promise<void> {
    const values = Array.from({ length: embeddings.tokens }, (_, row) => embeddings.data[row * embeddings.width] ?? NaN)
    this.steps.push([{ sequence, tokens: values.length }])
    await this.#work([{ sequence, position, values }])
  }

  copySequence(source: number, target: number, from: number, to: number): void {
    if (from !== 0 || this.#of(target).length > 0) throw new Error('copied onto cells')
    if (to > this.#of(source).length) throw new Error('copied cells that are not there')
    this.#cells[target] = this.#of(source).slice(0, to)
  }

  removeRange(sequence: number, from: number, to: number): void {
    if (to !== -1) throw new Error('only ends are removed here')
    this.#cells[sequence] = this.#of(sequence).slice(0, from)
  }

  /** Adapters change what every cell evaluated from then on holds: here by the sum of their scales. */
  setAdapters(adapters: readonly { readonly scale: number }[]): Promise<void> {
    if (this.#abort !== null) throw new Error('changed in the middle of a call')
    this.#shift = adapters.reduce((sum, { scale }) => sum + scale, 0)
    return Promise.resolve()
  }

  setThreads(): void {
    throw new Error('not part of the fake')
  }

  abort(): void {
    this.#abort?.()
  }

  async saveSequence(sequence: number, path: string): Promise<number> {
    const text = JSON.stringify(this.contents(sequence))
    await writeFile(path, text)
    return text.length
  }

  async restoreSequence(sequence: number, path: string): Promise<void> {
    this.#cells[sequence] = []
    const values = JSON.parse(await readFile(path, 'utf8')) as number[]
    if (this.usedCells + values.length > this.contextSize) throw failure('NO_KV_SLOT')
    this.#cells[sequence] = values.map((value) => ({ value }))
  }

  memory(): Promise<never> {
    throw new Error('not part of the fake')
  }

  dispose(): Promise<void> {
    return Promise.resolve()
  }

  /** Goes on as long as guesses are right; the cells behind are removed. */
  #answer({ sequence, tokens, drafted = 0 }: NativeStepEntry): NativeSampled[] {
    const held = this.contents(sequence)
    const first = held.length - drafted
    const answer: NativeSampled[] = []
    for (const guess of [...[...tokens].slice(tokens.length - drafted), NaN]) {
      const next = sampled(held.slice(0, first + answer.length), this.#alphabet)
      answer.push(next)
      if (next.endOfGeneration || next.token !== guess) break
    }
    this.removeRange(sequence, first + answer.length - 1, -1)
    return answer
  }

  #of(sequence: number): { value: number }[] {
    const cells = this.#cells[sequence]
    if (cells === undefined) throw new Error(`no sequence ${sequence}`)
    return cells
  }

  async #work(entries: readonly { sequence: number; position: number; values: number[] }[]): Promise<void> {
    if (this.#abort !== null) throw new Error('two calls at a time')
    const state = { aborted: false }
    this.#abort = () => {
      state.aborted = true
    }
    try {
      for (let turns = this.#turns(); turns > 0 && !state.aborted; turns--) await new Promise((resolve) => setImmediate(resolve))
      if (state.aborted) throw failure('ABORTED')
      const failing = this.failNext
      this.failNext = null
      if (failing !== null) throw failure(failing)
      for (const { sequence, position, values } of entries) {
        if (position !== this.#of(sequence).length) throw failure('DECODE_FAILED')
        this.#of(sequence).push(...values.map((value) => ({ value: value + this.#shift })))
      }
      if (this.usedCells > this.contextSize) throw failure('NO_KV_SLOT')
    } finally {
      this.#abort = null
    }
  }
}

/** The fake's answer to a prompt, computed without it: the values of the tokens, end token excluded. `shift`: see `setAdapters`; `alphabet`: the context's. */
export function fakeAnswer(prompt: readonly number[], maxTokens: number, shift = 0, alphabet = fakeAlphabet): number[] {
  const values = [...prompt]
  const answer: number[] = []
  while (answer.length < maxTokens) {
    const { token, endOfGeneration } = sampled(values, alphabet)
    if (endOfGeneration) break
    answer.push(token)
    values.push(token + shift)
  }
  return answer
}

/** The values a fake picture has in its cells. */
export function fakeImageValues(image: number): number[] {
  return Array.from({ length: fakeImageTokens }, (_, row) => 1000 * image + row)
}

/** Embeddings that put these values into the cells. */
export function fakeEmbeddings(image: number): NativeEmbeddings {
  const data = Float32Array.from(fakeImageValues(image).flatMap((value) => [value, 0]))
  const none = new Int32Array()
  return { data, tokens: fakeImageTokens, width: 2, positions: fakeImageTokens, mrope: null, nonCausal: false, before: none, after: none }
}

/** For the fake context, which chooses by itself. */
export const fakeSampler: NativeSampler = { accept: () => undefined, reset: () => undefined, dispose: () => undefined }

function sampled(values: readonly number[], alphabet: number): NativeSampled {
  // FNV-1a: any cell that differs gives another token.
  let hash = 2166136261
  for (const value of values) hash = Math.imul(hash ^ value, 16777619) >>> 0
  const token = hash % 23 === 0 ? fakeEnd : 1 + ((hash % 23) % alphabet)
  return { token, logProbability: 0, piece: Buffer.from(`${token},`), endOfGeneration: token === fakeEnd, endsGrammar: false }
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code })
}

import { readFile, writeFile } from 'node:fs/promises'
import type { NativeContext, NativeEmbeddings, NativeSampled, NativeSampler, NativeStepEntry } from '../../native/binding.d.ts'

/** A token that ends the answer. */
export const fakeEnd = 0
/** Rows of a fake picture. */
export const fakeImageTokens = 5

/**
 * A fake of the native context, for tests of the order of things only: it answers with a function of all that its sequence
 * holds, so that a wrong, missing or stale KV cell changes the answer, and it refuses what the real one would refuse.
 */
export class FakeContext implements NativeContext {
  readonly contextSize: number
  readonly sequences: number
  /** What each step was made of: sequence and number of tokens. */
  readonly steps: { sequence: number; tokens: number }[][] = []
  /** Error code of the next call. */
  failNext: string | null = null
  /** A step with this token fails, and blames its entry alone. */
  badToken: number | null = null
  readonly #cells: { value: number }[][]
  readonly #turns: () => number
  #abort: (() => void) | null = null
  #shift = 0

  /** `turns`: how many rounds of the event loop the next call takes. */
  constructor(contextSize: number, sequences: number, turns: () => number = () => 1) {
    this.contextSize = contextSize
    this.sequences = sequences
    this.#turns = turns
    this.#cells = Array.from({ length: sequences }, () => [])
  }

  get usedCells(): number {
    return new Set(this.#cells.flat()).size
  }

  contents(sequence: number): number[] {
    return this.#of(sequence).map((cell) => cell.value)
  }

  async step(entries: readonly NativeStepEntry[]): Promise<(NativeSampled | null)[]> {
    this.steps.push(entries.map(({ sequence, tokens }) => ({ sequence, tokens: tokens.length })))
    const blamed = entries.findIndex(({ tokens }) => this.badToken !== null && tokens.includes(this.badToken))
    if (blamed >= 0) throw Object.assign(failure('GRAMMAR_INVALID'), { entry: blamed })
    await this.#work(entries.map((entry) => ({ ...entry, values: [...entry.tokens] })))
    return entries.map((entry) => (entry.sampler === undefined ? null : sampled(this.contents(entry.sequence))))
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

/** The fake's answer to a prompt, computed without it: the values of the tokens, end token excluded. `shift`: see `setAdapters`. */
export function fakeAnswer(prompt: readonly number[], maxTokens: number, shift = 0): number[] {
  const values = [...prompt]
  const answer: number[] = []
  while (answer.length < maxTokens) {
    const { token, endOfGeneration } = sampled(values)
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

export function fakeEmbeddings(image: number): NativeEmbeddings {
  const data = Float32Array.from(fakeImageValues(image).flatMap((value) => [value, 0]))
  const none = new Int32Array()
  return { data, tokens: fakeImageTokens, width: 2, positions: fakeImageTokens, mrope: null, nonCausal: false, before: none, after: none }
}

export const fakeSampler: NativeSampler = { accept: () => undefined, reset: () => undefined, dispose: () => undefined }

function sampled(values: readonly number[]): NativeSampled {
  // FNV-1a: any cell that differs gives another token.
  let hash = 2166136261
  for (const value of values) hash = Math.imul(hash ^ value, 16777619) >>> 0
  const token = hash % 23
  return { token, logProbability: 0, piece: Buffer.from(`${token},`), endOfGeneration: token === fakeEnd }
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code })
}

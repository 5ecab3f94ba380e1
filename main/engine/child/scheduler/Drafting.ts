import { mostGuesses } from './Drafter.ts'
import { DraftPace } from './DraftPace.ts'
import type { Job } from './Job.ts'

/** When steps carry guesses: where they pay by what was measured here, wherever there are any, or not at all. */
export type DraftMode = 'measured' | 'always' | 'never'

/** How many guesses for each answer are thought of. */
const sizes = [1, 2, 4, 8]
/** What guesses must bring at least, so that figures that waver do not turn them on. */
const margin = 1.05
/** A guess is not thought of where it and those before it are less likely to be right than this. */
const unlikely = 0.1

/**
 * [Note: Drafting] Answers that copy from their prompt are guessed from it, and a step evaluates the guesses behind each
 * answer's token: as many as are right are tokens gained. What a step with guesses costs is measured as it happens, how
 * likely guesses are right is known from every token, evaluated as a guess or not, and guesses are evaluated only where that
 * makes more tokens in the same time.
 */
export class Drafting {
  readonly #most: number
  readonly #mode: DraftMode
  readonly #pace = new DraftPace()

  /** `most`: guesses a step may carry in all. */
  constructor(most: number, mode: DraftMode) {
    this.#most = most
    this.#mode = most === 0 ? 'never' : mode
  }

  /** The guesses that a step of these answers and nothing else carries, in their order. */
  guess(answering: readonly Job[]): (readonly number[])[] {
    if (this.#mode === 'never') return []
    // Whether a guess pays is a matter of timing, and a step of other width rounds otherwise; a batch gives the same bytes each time.
    if (this.#mode === 'measured' && answering.some(({ isBatch }) => isBatch)) return []
    const share = Math.min(mostGuesses, Math.floor(this.#most / answering.length))
    const guesses = answering.map((job) => job.drafter.guess(job.sequence?.items ?? [], job.nextToken, Math.min(share, job.room)))
    if (this.#mode === 'always') return guesses
    const likely = guesses.map((tokens, index) => tokens.slice(0, reach(answering[index]?.drafter.chance ?? 0)))
    const size = this.#size(answering, likely)
    return likely.map((tokens) => tokens.slice(0, size))
  }

  /** Takes what a step came to: how long it took, and the tokens that were sampled for each answer. */
  measured(answering: readonly Job[], guesses: readonly (readonly number[])[], sampled: readonly (readonly number[])[], milliseconds: number): void {
    if (this.#mode === 'never') return
    for (const [index, job] of answering.entries()) job.drafter.learn(sampled[index] ?? [])
    this.#pace.measured(answering.length, sum(guesses.map(({ length }) => length)), milliseconds)
  }

  /** How many guesses for each answer bring the most tokens in the same time. The next larger number is tried where it may. */
  #size(answering: readonly Job[], guesses: readonly (readonly number[])[]): number {
    if (!this.#pace.knows(answering.length)) return 0
    let [best, rate, known] = [0, answering.length * margin, 1]
    for (const size of sizes) {
      const lengths = guesses.map(({ length }) => Math.min(size, length))
      if (sum(lengths) === 0) return 0
      const cost = this.#pace.cost(answering.length, sum(lengths))
      const tokens = sum(lengths.map((length, index) => expected(answering[index]?.drafter.chance ?? 0, length)))
      if (tokens / (cost ?? known) > rate) [best, rate] = [size, tokens / (cost ?? known)]
      if (cost === null) break
      known = cost
    }
    return best
  }
}

/** How many guesses in a row are likely enough that the last one is worth a thought, whatever it costs. */
function reach(chance: number): number {
  return Math.floor(Math.log(unlikely) / Math.log(Math.min(chance, 0.99)))
}

/** Tokens that a step gives on the average: one, and one for each guess that is right and has only right ones before it. */
function expected(chance: number, guesses: number): number {
  let [tokens, product] = [1, 1]
  for (let count = 0; count < guesses; count++) tokens += product *= chance
  return tokens
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

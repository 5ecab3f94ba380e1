import type { Item } from './items.ts'
import { lookUp } from './lookUp.ts'

/** Most guesses of one answer in a step. */
export const mostGuesses = 8
/** Share of the newest guess in the running mean. */
const weight = 0.1

/** Guesses what one answer goes on with, and keeps how often that was right, whether the guesses were evaluated or not. */
export class Drafter {
  #chance = 0.5
  #guesses: readonly number[] = []

  /** How likely a guess is right, from what came of the last ones. */
  get chance(): number {
    return this.#chance
  }

  /** Guesses for the tokens behind `items` and `last`; kept for `learn`. */
  guess(items: readonly Item[], last: number, most: number): readonly number[] {
    this.#guesses = lookUp(items, last, Math.min(most, mostGuesses))
    return this.#guesses
  }

  /** Compares the guesses with what was sampled in their place. */
  learn(sampled: readonly number[]): void {
    for (const [index, guess] of this.#guesses.entries()) {
      const token = sampled[index]
      if (token === undefined) break
      this.#chance += weight * ((token === guess ? 1 : 0) - this.#chance)
      if (token !== guess) break
    }
    this.#guesses = []
  }
}

/** How many of the last figures count: their median, so that a pause of the machine does not. */
const kept = 5
/** Steps after which a figure says nothing any more. */
const plainAge = 128
const draftedAge = 512

/** The last few figures of one kind. */
class Recent {
  #values: number[] = []
  #at = 0

  add(value: number, now: number, age: number): void {
    if (now - this.#at > age) this.#values = []
    this.#values = [...this.#values.slice(1 - kept), value]
    this.#at = now
  }

  /** Null where there are fewer than `least`, or none was taken within `age` steps. */
  median(least: number, now: number, age: number): number | null {
    if (this.#values.length < least || now - this.#at > age) return null
    const sorted = [...this.#values].sort((a, b) => a - b)
    return sorted[Math.floor((sorted.length - 1) / 2)] ?? null
  }
}

/**
 * What steps with guesses cost on this machine, in steps without, by how many answers share them. Where a step waits for the
 * weights, further tokens are nearly free; where it computes, each costs its share. Figures age, so that both kinds of step
 * are tried again now and then.
 */
export class DraftPace {
  #steps = 0
  readonly #plain = new Map<number, Recent>()
  readonly #drafted = new Map<string, Recent>()

  /** Whether it is known what `answers` cost without guesses. */
  knows(answers: number): boolean {
    return this.#plainMs(answers) !== null
  }

  /** How many times as long as one without guesses a step takes with them; null where that was not measured lately. */
  cost(answers: number, guesses: number): number | null {
    return this.#drafted.get(keyOf(answers, guesses))?.median(2, this.#steps, draftedAge) ?? null
  }

  /** Takes a finished step. */
  measured(answers: number, guesses: number, milliseconds: number): void {
    this.#steps++
    if (guesses === 0) {
      entry(this.#plain, answers).add(milliseconds, this.#steps, plainAge)
      return
    }
    const plain = this.#plainMs(answers)
    if (plain !== null && plain > 0) entry(this.#drafted, keyOf(answers, guesses)).add(milliseconds / plain, this.#steps, draftedAge)
  }

  /** The first steps after a load are slow, so one or two say nothing. */
  #plainMs(answers: number): number | null {
    return this.#plain.get(answers)?.median(3, this.#steps, plainAge) ?? null
  }
}

/** Numbers of guesses that lie close together cost about the same. */
function keyOf(answers: number, guesses: number): string {
  return `${answers} ${2 ** Math.ceil(Math.log2(guesses))}`
}

function entry<K>(map: Map<K, Recent>, key: K): Recent {
  const found = map.get(key) ?? new Recent()
  map.set(key, found)
  return found
}

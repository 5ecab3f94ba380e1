import { Random } from '../synthetic/random.ts'

/** Choices at random; the same seed gives the same ones everywhere. */
export class Dice {
  readonly random: Random

  constructor(seed: number) {
    this.random = new Random(seed)
  }

  chance(probability: number): boolean {
    return this.random.unit() < probability
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + this.random.below(most - least + 1)
  }

  /** A number in [least, most). */
  uniform(least: number, most: number): number {
    return least + (most - least) * this.random.unit()
  }

  /** One of the items, or one of the characters of a text. */
  of<Item>(items: readonly Item[]): Item
  of(items: string): string
  of<Item>(items: readonly Item[] | string): Item | string {
    const item = items[this.random.below(items.length)]
    if (item === undefined) throw new Error('a choice of nothing')
    return item
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => this.of('0123456789')).join('')
  }

  shuffled<Item>(items: readonly Item[]): Item[] {
    const left = [...items]
    return items.map(() => left.splice(this.random.below(left.length), 1)[0]!)
  }
}

/**
 * Tells texts that were seen before, byte for byte. An open-addressing table over places in the one buffer they all lie in: a
 * vocabulary of a quarter of a million tokens takes some milliseconds, where a `Set` of strings, or a view of the buffer for
 * each, would stop the process for most of a second.
 */
export class DistinctTexts {
  readonly #source: Uint8Array
  readonly #starts: Uint32Array
  readonly #ends: Uint32Array
  #count = 0
  /** Index + 1 of a text; 0 where there is none. Never more than half full. */
  readonly #table: Int32Array

  /** @param most Texts at most. */
  constructor(source: Uint8Array, most: number) {
    this.#source = source
    this.#starts = new Uint32Array(most)
    this.#ends = new Uint32Array(most)
    this.#table = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(2, most * 2))))
  }

  /** Whether the text from byte `start` to before `end` is new; it is kept then. */
  add(start: number, end: number): boolean {
    const mask = this.#table.length - 1
    for (let slot = this.#hash(start, end) & mask; ; slot = (slot + 1) & mask) {
      const index = this.#table[slot] ?? 0
      if (index === 0) {
        this.#starts[this.#count] = start
        this.#ends[this.#count] = end
        this.#table[slot] = ++this.#count
        return true
      }
      if (this.#isSame(index - 1, start, end)) return false
    }
  }

  /** FNV-1a, 32 bits. */
  #hash(start: number, end: number): number {
    let hash = 0x811c9dc5
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (this.#source[at] ?? 0), 0x01000193)
    return hash >>> 0
  }

  #isSame(index: number, start: number, end: number): boolean {
    const other = this.#starts[index] ?? 0
    if ((this.#ends[index] ?? 0) - other !== end - start) return false
    for (let at = 0; at < end - start; at++) if (this.#source[other + at] !== this.#source[start + at]) return false
    return true
  }
}

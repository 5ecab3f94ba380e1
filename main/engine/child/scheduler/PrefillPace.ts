/** Longest prompt chunk of one step, in tokens; the size of llama.cpp's micro-batch, beyond which nothing is gained. */
const longest = 512
/** Shortest: less would waste most of a step on loading the weights. */
const shortest = 16
/**
 * Shortest for a batch alone. A chat that arrives ends the call, so what was done of it is done again. On a CPU that costs nothing
 * (7B widths, processor time of 512 rows in slices of 32 to 512: the same within a tenth).
 */
const shortestOfBatch = 128
/** How long a call for a batch alone may take. A graphics device, which loses by short ones, gets through whole micro-batches in that time. */
const batchMs = 1000
/** How long the streams of others may stand still for one chunk of a prompt. */
const patienceMs = 400

/** Sizes prompt chunks from the speed measured so far: whole micro-batches alone, shorter ones for a batch or while others are answering. */
export class PrefillPace {
  #msPerToken: number | null = null

  /** Most tokens of the next chunk. */
  tokens(othersWait: boolean, isBatch = false): number {
    if (othersWait) return this.#within(patienceMs, shortest, shortest * 4)
    return isBatch ? this.#within(batchMs, shortestOfBatch, shortestOfBatch) : longest
  }

  #within(milliseconds: number, least: number, unknown: number): number {
    if (this.#msPerToken === null) return unknown
    return Math.max(least, Math.min(longest, Math.floor(milliseconds / this.#msPerToken)))
  }

  /** Takes a finished chunk into the running mean. Short ones say little about the speed. */
  measured(tokens: number, milliseconds: number): void {
    if (tokens < shortest) return
    const now = milliseconds / tokens
    this.#msPerToken = this.#msPerToken === null ? now : this.#msPerToken * 0.7 + now * 0.3
  }
}

/** Longest prompt chunk of one step, in tokens; the size of llama.cpp's micro-batch, beyond which nothing is gained. */
const longest = 512
/** Shortest: less would waste most of a step on loading the weights. */
const shortest = 16
/** How long the streams of others may stand still for one chunk of a prompt. */
const patienceMs = 400

/** Sizes prompt chunks from the speed measured so far: whole micro-batches alone, shorter ones while others are answering. */
export class PrefillPace {
  #msPerToken: number | null = null

  /** Most tokens of the next chunk. */
  tokens(othersWait: boolean): number {
    if (!othersWait) return longest
    if (this.#msPerToken === null) return shortest * 4
    return Math.max(shortest, Math.min(longest, Math.floor(patienceMs / this.#msPerToken)))
  }

  /** Takes a finished chunk into the running mean. Short ones say little about the speed. */
  measured(tokens: number, milliseconds: number): void {
    if (tokens < shortest) return
    const now = milliseconds / tokens
    this.#msPerToken = this.#msPerToken === null ? now : this.#msPerToken * 0.7 + now * 0.3
  }
}

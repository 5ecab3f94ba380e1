import { createHash } from 'node:crypto'
import type { PartFile } from './PartFile.ts'

/** Read at a time, in bytes: hashing that much takes well under a millisecond, which nobody feels on the main thread. */
const CHUNK = 256 * 1024

/**
 * The SHA-256 of a file while it is being filled: taken in file order as far as its beginning is complete, always from
 * what stands in the `.part`, so that it vouches for the bytes on the disk and not for those that came over the network.
 */
export class PrefixHash {
  readonly #part: PartFile
  readonly #buffer = Buffer.alloc(CHUNK)
  #hash = createHash('sha256')
  #at = 0
  #generation: number
  #running: Promise<void> | null = null

  constructor(part: PartFile) {
    this.#part = part
    this.#generation = part.generation
  }

  /** Takes in what has become complete; returns at once. What goes wrong here goes wrong again in `digest`, and is told there. */
  follow(): void {
    void this.#run().catch(() => undefined)
  }

  /** The SHA-256 of the whole file. Call it when all pieces are there; rejects where they are not. */
  async digest(signal: AbortSignal): Promise<string> {
    // One that began before the last piece came may end without it.
    await this.settle()
    while (this.#at < this.#part.version.bytes || this.#generation !== this.#part.generation) {
      signal.throwIfAborted()
      const before = { at: this.#at, generation: this.#generation }
      await this.#run()
      // Promises that resolve at once let nothing else happen: going round for ever would stop the whole process.
      if (this.#at === before.at && this.#generation === before.generation) throw new Error('a checksum was asked for before all bytes were there')
    }
    return this.#hash.copy().digest('hex')
  }

  /** Waits for a reading under way, so that the file may be closed. */
  async settle(): Promise<void> {
    await this.#running?.catch(() => undefined)
  }

  #run(): Promise<void> {
    this.#running ??= this.#readOn().finally(() => (this.#running = null))
    return this.#running
  }

  async #readOn(): Promise<void> {
    for (;;) {
      this.#startOverIfNeeded()
      const generation = this.#generation
      const wanted = Math.min(CHUNK, this.#part.prefix - this.#at)
      if (wanted <= 0) return
      const read = await this.#part.read(this.#buffer.subarray(0, wanted), this.#at)
      if (generation !== this.#part.generation) continue
      if (read === 0) throw new Error('the part file is shorter than its journal says')
      this.#hash.update(this.#buffer.subarray(0, read))
      this.#at += read
    }
  }

  #startOverIfNeeded(): void {
    if (this.#generation === this.#part.generation) return
    this.#generation = this.#part.generation
    this.#hash = createHash('sha256')
    this.#at = 0
  }
}

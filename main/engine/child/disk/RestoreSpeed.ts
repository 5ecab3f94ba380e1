import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import type { CacheFolder } from './CacheFolder.ts'

/** A disk that was busy once must not count as slow for ever. */
const validMs = 24 * 3_600_000
const measurement = z.object({ bytesPerMs: z.number().positive(), measuredAt: z.number() })

/** How fast chats are brought back here, checksum included: measured each time, and kept beside them. */
export class RestoreSpeed {
  readonly #folder: CacheFolder

  constructor(folder: CacheFolder) {
    this.#folder = folder
  }

  /** Milliseconds that so many bytes will take; null where nothing is known. */
  async estimate(bytes: number): Promise<number | null> {
    const known = await this.#read()
    return known === null ? null : bytes / known
  }

  /** Takes a measurement into the running mean. */
  async measured(bytes: number, milliseconds: number): Promise<void> {
    const now = bytes / Math.max(1, milliseconds)
    const before = await this.#read()
    const bytesPerMs = before === null ? now : (before + now) / 2
    await this.#folder.write(this.#folder.paths.speed, JSON.stringify({ bytesPerMs, measuredAt: Date.now() } satisfies z.infer<typeof measurement>))
  }

  async #read(): Promise<number | null> {
    try {
      const { bytesPerMs, measuredAt } = measurement.parse(JSON.parse(await readFile(this.#folder.paths.speed, 'utf8')))
      return Math.abs(Date.now() - measuredAt) < validMs ? bytesPerMs : null
    } catch {
      // Not there yet, deleted, or not ours: it is measured anew.
      return null
    }
  }
}

import type { PixelFile } from '../../images/PixelFiles.ts'
import type { PictureSource } from '../../images/pictureSource.ts'

interface Held {
  readonly key: string
  readonly file: Promise<PixelFile>
  users: number
  /** Nobody will take it any more; the last user disposes of it. */
  retired: boolean
}

/**
 * The decoded pixels of one page at a time, for those who read it part by part: they are made once, and kept for a while after
 * the last part. Another page takes its place at once.
 */
export class HeldPixels {
  readonly #holdMs: number
  #held: Held | null = null
  #timer: NodeJS.Timeout | undefined

  constructor(holdMs: number) {
    this.#holdMs = holdMs
  }

  /** The pixels of `source`, to be disposed of after use. Rejects like its `prepare`. */
  async take(source: PictureSource): Promise<PixelFile> {
    clearTimeout(this.#timer)
    // Somebody else may put a page in its place while the one before is deleted.
    while (this.#held !== null && this.#held.key !== source.key) await this.#retire()
    const held = (this.#held ??= { key: source.key, file: source.prepare(), users: 0, retired: false })
    held.users++
    try {
      const { path } = await held.file
      let given = false
      const dispose = async () => {
        if (given) return
        given = true
        await this.#giveBack(held)
      }
      return { path, dispose }
    } catch (error) {
      if (this.#held === held) this.#held = null
      throw error
    }
  }

  /** Deletes what is kept as soon as nobody uses it. */
  async dispose(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#retire()
  }

  async #giveBack(held: Held): Promise<void> {
    held.users--
    if (held.users > 0) return
    if (held.retired) {
      await (await held.file).dispose()
      return
    }
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#retire(), this.#holdMs)
    this.#timer.unref()
  }

  async #retire(): Promise<void> {
    const held = this.#held
    this.#held = null
    if (held === null) return
    held.retired = true
    if (held.users === 0) await (await held.file).dispose()
  }
}

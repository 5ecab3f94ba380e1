import { AppError, type ErrorData } from '../../../main/contract/errors/AppError.ts'
import { imageFileMegabytes } from '../../../main/contract/limits.ts'
import { readError } from '../transport/errors.ts'

/** Files on their way to the services, one after the other. */
export class Adding {
  /** Files in all, and those that were sent or refused. */
  total = $state(0)
  sent = $state(0)
  /** Files that could not be sent, with their reasons. */
  failed = $state.raw<readonly { readonly name: string; readonly error: ErrorData }[]>([])
  readonly #abort = new AbortController()
  #line: Promise<void> = Promise.resolve()

  get ended(): boolean {
    return this.sent === this.total
  }

  /** Sends files after those that are on their way; settles when the last of these was sent or refused. */
  async send(files: readonly File[], send: (file: File, signal: AbortSignal) => Promise<unknown>): Promise<void> {
    this.total += files.length
    this.#line = this.#line.then(async () => {
      for (const file of files) await this.#one(file, send)
    })
    await this.#line
  }

  /** Leaves out the files that are still to be sent. */
  stop(): void {
    this.#abort.abort()
  }

  async #one(file: File, send: (file: File, signal: AbortSignal) => Promise<unknown>): Promise<void> {
    const { signal } = this.#abort
    try {
      if (signal.aborted) return
      const megabytes = Math.ceil(file.size / 1e6)
      // It would end the connection that carries it.
      if (megabytes > imageFileMegabytes) throw new AppError('IMAGE_FILE_TOO_BIG', { name: file.name, megabytes, limitMegabytes: imageFileMegabytes })
      await send(file, signal)
    } catch (thrown) {
      if (signal.aborted) return
      const { code, params } = readError(thrown)
      this.failed = [...this.failed, { name: file.name, error: { code, params } }]
    } finally {
      this.sent++
    }
  }
}

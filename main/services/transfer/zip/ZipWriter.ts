import type { FileHandle } from 'node:fs/promises'
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate'
import { AppError } from '../../../contract/errors/AppError.ts'
import { writeError } from '../../../platform/fileErrors.ts'

/** Where ZIP files without its 64-bit form end; older programs read nothing beyond. */
const MOST_BYTES = 4_000_000_000
const MOST_FILES = 65_000

/** Writes a ZIP file to the disk piece by piece. Rejects `TRANSFER_TOO_LARGE`, `DISK_FULL`, `FOLDER_NOT_WRITABLE`. */
export class ZipWriter {
  readonly #file: FileHandle
  readonly #path: string
  readonly #time: Date
  readonly #zip: Zip
  #made: Uint8Array[] = []
  #failure: Error | null = null
  #bytes = 0
  #files = 0

  constructor(file: FileHandle, path: string, time: number) {
    this.#file = file
    this.#path = path
    this.#time = new Date(time)
    this.#zip = new Zip((error, data) => {
      if (error === null) this.#made.push(data)
      else this.#failure = error
    })
  }

  /** `compress`: not for pictures, which are compressed already. */
  async add(name: string, pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, compress: boolean): Promise<void> {
    this.#files += 1
    if (this.#files > MOST_FILES) throw tooLarge()
    const entry = compress ? new ZipDeflate(name, { level: 6 }) : new ZipPassThrough(name)
    entry.mtime = this.#time
    this.#zip.add(entry)
    for await (const piece of pieces) {
      entry.push(piece)
      await this.#save()
    }
    entry.push(new Uint8Array(0), true)
    await this.#save()
  }

  async end(): Promise<void> {
    this.#zip.end()
    await this.#save()
  }

  async #save(): Promise<void> {
    const made = this.#made
    this.#made = []
    if (this.#failure !== null) throw this.#failure
    for (const piece of made) this.#bytes += piece.byteLength
    if (this.#bytes > MOST_BYTES) throw tooLarge()
    try {
      for (const piece of made) await this.#file.writeFile(piece)
    } catch (error) {
      throw writeError(error, this.#path)
    }
  }
}

function tooLarge(): AppError {
  return new AppError('TRANSFER_TOO_LARGE', { limit: '4 GB' })
}

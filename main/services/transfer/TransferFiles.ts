import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../contract/errors/AppError.ts'
import { writeError } from '../../platform/fileErrors.ts'
import type { DataPaths } from '../../platform/paths.ts'
import type { Store } from '../../storage/Store.ts'
import { IMPORT_MOST_BYTES, PIECE_BYTES } from './limits.ts'

/** Files open at a time; whoever leaves more behind has closed the page in the middle. */
const MOST_FILES = 8

/** Exports on their way out and imports on their way in: files of this process, gone at its end at the latest. */
export class TransferFiles {
  readonly #folder: string
  /** The oldest first. */
  readonly #files = new Map<string, string>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** The folder of this process. Deletes what processes left that were killed. */
  static async ofProcess({ transfers }: Pick<DataPaths, 'transfers'>, { lock }: Pick<Store, 'lock'>): Promise<TransferFiles> {
    for (const token of await readdir(transfers).catch(() => [])) {
      // What cannot go now (Windows, while a scanner holds it) goes at another start.
      if (!lock.isAlive(token)) await rm(join(transfers, token), { recursive: true, force: true }).catch(() => undefined)
    }
    return new TransferFiles(join(transfers, lock.token))
  }

  /** A new empty file. Rejects `DISK_FULL`, `FOLDER_NOT_WRITABLE`. */
  async create(): Promise<{ id: string; path: string; file: FileHandle }> {
    const id = randomUUID(), path = join(this.#folder, id)
    try {
      await mkdir(this.#folder, { recursive: true })
      const file = await open(path, 'wx')
      this.#files.set(id, path)
      await this.#forgetOldest()
      return { id, path, file }
    } catch (error) {
      throw writeError(error, this.#folder)
    }
  }

  /** Throws `TRANSFER_GONE`. */
  path(id: string): string {
    const path = this.#files.get(id)
    if (path === undefined) throw new AppError('TRANSFER_GONE')
    return path
  }

  /** At most one piece; none at the end. Rejects `TRANSFER_GONE`. */
  async read(id: string, from: number): Promise<Uint8Array<ArrayBuffer>> {
    const file = await open(this.path(id)).catch((error: unknown) => {
      throw new AppError('TRANSFER_GONE', {}, { cause: error })
    })
    try {
      const buffer = new Uint8Array(PIECE_BYTES)
      const { bytesRead } = await file.read(buffer, 0, PIECE_BYTES, from)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  }

  /** Adds bytes at its end, which `from` must be. Rejects `TRANSFER_GONE`, `TRANSFER_TOO_LARGE`, `DISK_FULL`, `BAD_INPUT`. */
  async append(id: string, from: number, bytes: Uint8Array): Promise<void> {
    const path = this.path(id)
    if (from + bytes.byteLength > IMPORT_MOST_BYTES) throw new AppError('TRANSFER_TOO_LARGE', { limit: '4 GB' })
    try {
      const { size } = await stat(path)
      if (size !== from) throw new AppError('BAD_INPUT', { detail: `piece at ${from}, but ${size} bytes are here` })
      const file = await open(path, 'a')
      try {
        await file.writeFile(bytes)
      } finally {
        await file.close()
      }
    } catch (error) {
      throw writeError(error, this.#folder)
    }
  }

  async discard(id: string): Promise<void> {
    const path = this.#files.get(id)
    this.#files.delete(id)
    if (path !== undefined) await rm(path, { force: true }).catch(() => undefined)
  }

  /** Discards all of them. */
  async clear(): Promise<void> {
    for (const id of [...this.#files.keys()]) await this.discard(id)
  }

  async dispose(): Promise<void> {
    this.#files.clear()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #forgetOldest(): Promise<void> {
    for (const id of [...this.#files.keys()].slice(0, Math.max(0, this.#files.size - MOST_FILES))) await this.discard(id)
  }
}

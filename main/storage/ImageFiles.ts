import { createHash } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '../contract/domains/image.ts'
import { atomicWrite } from '../platform/atomicWrite.ts'
import { deleteError } from '../platform/fileErrors.ts'
import { sweepFiles } from './sweepFiles.ts'

/**
 * Pictures (and, in a folder of their own, documents) as files named by their SHA-256 (`ab/<sha256>`), byte for byte as the
 * person gave them, each stored once.
 */
export class ImageFiles {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  path(id: string): string {
    return join(this.#folder, id.slice(0, 2), id)
  }

  /** The SHA-256 under which these bytes are stored. */
  idOf(bytes: Uint8Array): string {
    return createHash('sha256').update(bytes).digest('hex')
  }

  /**
   * Stores the bytes and returns their SHA-256; `id` spares computing it again. A file that is there in the right size is taken as right, since files
   * are only ever written whole. Rejects `DISK_FULL`, `FOLDER_NOT_WRITABLE`.
   */
  async put(bytes: Uint8Array, id = this.idOf(bytes)): Promise<string> {
    if (!(await this.has(id, bytes.byteLength))) await atomicWrite(this.path(id), bytes)
    return id
  }

  /** Whether the file is there, in this size where one is given. */
  async has(id: string, bytes?: number): Promise<boolean> {
    const found = await stat(this.path(id)).catch(() => null)
    return found !== null && found.isFile() && (bytes === undefined || found.size === bytes)
  }

  /**
   * Deletes what a kill left half written before `before` (milliseconds since the epoch). Returns how many files.
   *
   * [Note: Pictures outlive their rows] A whole picture is never deleted for want of a row: the database beside it may be a
   * new one, started in place of a damaged one, or an older copy somebody put back. Only the deletion of a row takes its file
   * along.
   */
  sweep(before: number): number {
    return existsSync(this.#folder) ? sweepFiles(this.#folder, (name) => sha256.safeParse(name).success, before) : 0
  }

  /** Throws `FOLDER_NOT_WRITABLE`, `FILE_UNREADABLE` (another program holds it open). */
  remove(id: string): void {
    const path = this.path(id)
    try {
      rmSync(path, { force: true })
    } catch (error) {
      throw deleteError(error, path)
    }
  }
}

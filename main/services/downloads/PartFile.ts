import { mkdir, open, readFile, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod'
import { atomicWrite, renameWithRetry } from '../../platform/atomicWrite.ts'
import { systemCode, writeError } from '../../platform/fileErrors.ts'
import { isSameVersion } from './version.ts'
import type { Version } from './version.ts'

/** The journal beside a `.part`: which version of the file it holds, and which of its pieces are written. */
const journal = z.object({
  format: z.literal(1),
  version: z.object({ bytes: z.number().int(), sha256: z.string().nullable(), etag: z.string().nullable(), commit: z.string().nullable() }),
  pieceBytes: z.number().int().positive(),
  /** Indices of the pieces that are there. */
  pieces: z.array(z.number().int().nonnegative()),
})

export function partPath(path: string): string {
  return `${path}.part`
}

function journalPath(path: string): string {
  return `${path}.part.json`
}

/** Deletes what a transfer to `path` has fetched so far. */
export async function removePart(path: string): Promise<void> {
  await rm(partPath(path), { force: true })
  await rm(journalPath(path), { force: true })
}

/** Bytes of whole pieces that wait beside `path`, whichever version they are of. */
export async function bytesWaiting(path: string): Promise<number> {
  const found = await readJournal(path)
  return found === null ? 0 : found.pieces.reduce((sum, index) => sum + pieceLength(index, found.pieceBytes, found.version.bytes), 0)
}

/**
 * A file on its way: `<path>.part`, filled in pieces, and its journal. [Note: Bytes before the record] a piece gets into
 * the journal only after its bytes have reached the disk, so that whatever ends the process (a kill, a power cut) leaves
 * a journal that promises no more than is there.
 */
export class PartFile {
  readonly #path: string
  readonly #file: FileHandle
  readonly #pieceBytes: number
  readonly #done: Set<number>
  #version: Version
  #generation = 0
  #isDirty = false
  #recording: Promise<void> | null = null

  private constructor(path: string, file: FileHandle, version: Version, pieceBytes: number, done: Set<number>) {
    this.#path = path
    this.#file = file
    this.#version = version
    this.#pieceBytes = pieceBytes
    this.#done = done
  }

  /**
   * Opens what is there of this version, or starts anew: pieces of another version are never kept. Rejects `DISK_FULL`,
   * `FOLDER_NOT_WRITABLE`.
   */
  static async open(path: string, version: Version, pieceBytes: number): Promise<PartFile> {
    try {
      await mkdir(dirname(path), { recursive: true })
      const found = await readJournal(path)
      const file = await openForBoth(partPath(path))
      if (found !== null && isSameVersion(found.version, version)) return new PartFile(path, file, version, found.pieceBytes, new Set(found.pieces))
      const fresh = new PartFile(path, file, version, pieceBytes, new Set())
      await fresh.restart(version)
      return fresh
    } catch (error) {
      throw writeError(error, path)
    }
  }

  get version(): Version {
    return this.#version
  }

  /** Grows with every `restart`: what was read before it is worth nothing. */
  get generation(): number {
    return this.#generation
  }

  get pieces(): number {
    return Math.ceil(this.#version.bytes / this.#pieceBytes)
  }

  pieceAt(position: number): number {
    return Math.floor(position / this.#pieceBytes)
  }

  start(piece: number): number {
    return piece * this.#pieceBytes
  }

  length(piece: number): number {
    return pieceLength(piece, this.#pieceBytes, this.#version.bytes)
  }

  has(piece: number): boolean {
    return this.#done.has(piece)
  }

  /** Bytes from the beginning of the file up to the first piece that is missing. */
  get prefix(): number {
    let piece = 0
    while (this.#done.has(piece)) piece += 1
    return Math.min(this.start(piece), this.#version.bytes)
  }

  get isComplete(): boolean {
    return this.#done.size === this.pieces
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    try {
      for (let written = 0; written < bytes.byteLength; ) {
        written += (await this.#file.write(bytes, written, bytes.byteLength - written, position + written)).bytesWritten
      }
    } catch (error) {
      throw writeError(error, this.#path)
    }
  }

  async read(buffer: Uint8Array, position: number): Promise<number> {
    return (await this.#file.read(buffer, 0, buffer.byteLength, position)).bytesRead
  }

  /** Notes a piece whose bytes are all written. Resolves when the journal on the disk says so. */
  async record(piece: number): Promise<void> {
    this.#done.add(piece)
    this.#isDirty = true
    // One write of the journal serves all pieces that came in during the one before.
    this.#recording ??= this.#recordAll()
    await this.#recording
  }

  /** Forgets all pieces and takes up another version. */
  async restart(version: Version): Promise<void> {
    try {
      await rm(journalPath(this.#path), { force: true })
      await this.#file.truncate(0)
    } catch (error) {
      throw writeError(error, this.#path)
    }
    this.#version = version
    this.#generation += 1
    this.#done.clear()
  }

  /** Gives the whole, checked file its real name; until then nothing exists under it. */
  async finish(): Promise<void> {
    try {
      await this.#file.sync()
      await this.#file.close()
      await renameWithRetry(partPath(this.#path), this.#path)
      await rm(journalPath(this.#path), { force: true })
    } catch (error) {
      throw writeError(error, this.#path)
    }
  }

  async close(): Promise<void> {
    await this.#recording?.catch(() => undefined) // Whoever recorded has been told.
    await this.#file.close()
  }

  async #recordAll(): Promise<void> {
    try {
      while (this.#isDirty) {
        this.#isDirty = false
        // Before the bytes go to the disk: a piece that comes in meanwhile is not promised yet.
        const pieces = [...this.#done].sort((a, b) => a - b)
        await this.#file.datasync()
        await atomicWrite(journalPath(this.#path), JSON.stringify({ format: 1, version: this.#version, pieceBytes: this.#pieceBytes, pieces }))
      }
    } catch (error) {
      throw writeError(error, this.#path)
    } finally {
      // Here and not by whoever waits: a piece that is recorded in between must start a new round.
      this.#recording = null
    }
  }
}

function pieceLength(piece: number, pieceBytes: number, bytes: number): number {
  return Math.min(pieceBytes, bytes - piece * pieceBytes)
}

async function openForBoth(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+')
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    return await open(path, 'w+')
  }
}

/** Null where there is none, or one that cannot be trusted: no `.part` beside it that is as long as it says. */
async function readJournal(path: string): Promise<z.infer<typeof journal> | null> {
  try {
    const found = journal.parse(JSON.parse(await readFile(journalPath(path), 'utf8')))
    const pieces = Math.ceil(found.version.bytes / found.pieceBytes)
    const file = await open(partPath(path), 'r')
    const { size } = await file.stat().finally(async () => await file.close())
    const end = Math.max(0, ...found.pieces.map((piece) => piece * found.pieceBytes + pieceLength(piece, found.pieceBytes, found.version.bytes)))
    return found.pieces.every((piece) => piece < pieces) && size >= end ? found : null
  } catch {
    return null
  }
}

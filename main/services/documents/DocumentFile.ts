import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError } from '../../contract/errors/AppError.ts'
import { readError, systemCode } from '../../platform/fileErrors.ts'
import type { PdfLocation } from './protocol.ts'

/** A file on disk, or one that came as bytes. */
/** `name`: as the person knows the file; absent: its own. */
export type DocumentInput = { readonly path: string; readonly name?: string } | { readonly bytes: Uint8Array; readonly name: string }

/** The file behind a document, of which no more than needed is in memory. */
export interface DocumentFile {
  readonly name: string
  readonly size: number
  /** The first bytes. */
  head(bytes: number): Promise<Uint8Array>
  /** SHA-256 in hexadecimal, read in pieces. Rejects `DOCUMENT_CHANGED`. */
  hash(signal?: AbortSignal): Promise<string>
  /** All of it. Rejects `DOCUMENT_CHANGED` where the bytes have another hash than `sha256`. */
  read(sha256: string): Promise<Uint8Array>
  readonly location: PdfLocation
}

/** Rejects `IMAGE_MISSING` (also for a folder), `FILE_UNREADABLE`. */
export async function documentFile(input: DocumentInput): Promise<DocumentFile> {
  return 'path' in input ? await fileOnDisk(input.path, input.name) : fileOfBytes(input.bytes, input.name)
}

async function fileOnDisk(path: string, name = basename(path)): Promise<DocumentFile> {
  const found = await fromDisk(path, () => stat(path))
  if (!found.isFile()) throw new AppError('IMAGE_MISSING', { name: path })
  const changed = () => new AppError('DOCUMENT_CHANGED', { name })
  return {
    name,
    size: found.size,
    location: { kind: 'path', path, size: found.size, modified: found.mtimeMs },
    head: (bytes) => fromDisk(path, () => readHead(path, bytes)),
    async hash(signal) {
      const hash = createHash('sha256')
      let size = 0
      await fromDisk(path, async () => {
        for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
          if (signal?.aborted === true) throw new AppError('ABORTED')
          hash.update(piece)
          size += piece.byteLength
        }
      })
      if (size !== found.size) throw changed()
      return hash.digest('hex')
    },
    async read(sha256) {
      const bytes = await fromDisk(path, () => readFile(path))
      if (sha256Of(bytes) !== sha256) throw changed()
      return bytes
    },
  }
}

function fileOfBytes(bytes: Uint8Array, name: string): DocumentFile {
  let shared: SharedArrayBuffer | null = null
  return {
    name,
    size: bytes.byteLength,
    // Shared with the thread, so that one that is started anew needs no further copy. Made only where a PDF is opened.
    get location() {
      if (shared === null) {
        shared = new SharedArrayBuffer(bytes.byteLength)
        new Uint8Array(shared).set(bytes)
      }
      return { kind: 'bytes', bytes: shared } as const
    },
    head: (count) => Promise.resolve(bytes.subarray(0, count)),
    hash: () => Promise.resolve(sha256Of(bytes)),
    read: () => Promise.resolve(bytes),
  }
}

async function readHead(path: string, bytes: number): Promise<Uint8Array> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

async function fromDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new AppError('IMAGE_MISSING', { name: path }, { cause: error })
    throw readError(error, path)
  }
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

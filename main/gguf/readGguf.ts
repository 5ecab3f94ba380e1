import { open, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { AppError } from '../contract/errors/AppError.ts'
import type { ErrorCode } from '../contract/errors/codes.ts'
import { readError, systemCode } from '../platform/fileErrors.ts'
import { GgufDamage, GgufVersionUnknown, NeedMoreBytes } from './GgufCursor.ts'
import { parseGgufHeader } from './ggufHeader.ts'
import type { GgufHeader } from './ggufHeader.ts'
import { looksLike } from './looksLike.ts'
import { readBytes } from './readBytes.ts'

/** Which half of the pair a file is meant to be: picks the error codes. */
export type FileRole = 'model' | 'projector'

/** A GGUF file whose header is sound and whose tensor data is complete. */
export interface GgufFile {
  readonly path: string
  readonly bytes: number
  readonly header: GgufHeader
}

/**
 * Enough for Llama's vocabulary; others take up to 15 MB and are read in a few larger steps. Buffers stay until the next
 * collection of garbage, which may be long after the load: a plan of the engine's memory is to be right without it.
 */
const firstRead = 1024 * 1024
/** No real header comes near; keeps a file of rubbish from being read whole. */
const longestHeader = 64 * 1024 * 1024

const codes = {
  model: { missing: 'MODEL_MISSING', notGguf: 'MODEL_NOT_GGUF', damaged: 'MODEL_DAMAGED' },
  projector: { missing: 'PROJECTOR_MISSING', notGguf: 'PROJECTOR_NOT_GGUF', damaged: 'PROJECTOR_DAMAGED' },
} as const satisfies Record<FileRole, Record<string, ErrorCode>>

/**
 * Opens a GGUF file and checks all that native code would trust: magic, version, counts against the file's size, and that
 * every tensor's data lies inside the file. A header longer than `mostBytes` is damage. Throws `*_MISSING`, `*_NOT_GGUF`,
 * `*_DAMAGED` of its role, `GGUF_VERSION_UNKNOWN` or `FILE_UNREADABLE`.
 */
export async function readGguf(path: string, role: FileRole, mostBytes = longestHeader): Promise<GgufFile> {
  const { file, size } = await openFile(path, role)
  try {
    const start = await readBytes(file, Buffer.allocUnsafe(Math.min(firstRead, mostBytes, size)), 0)
    if (start.toString('latin1', 0, 4) !== 'GGUF') throw new AppError(codes[role].notGguf, { path, found: looksLike(start.subarray(0, 512)) })
    const header = await readHeader(file, start, size, mostBytes)
    checkTensorData(header, size)
    return { path, bytes: size, header }
  } catch (error) {
    if (error instanceof GgufDamage) throw new AppError(codes[role].damaged, { path, detail: error.message }, { cause: error })
    if (error instanceof GgufVersionUnknown) throw new AppError('GGUF_VERSION_UNKNOWN', { path, detail: error.message }, { cause: error })
    throw readError(error, path)
  } finally {
    await file.close()
  }
}

async function openFile(path: string, role: FileRole): Promise<{ file: FileHandle; size: number }> {
  try {
    // Before it is opened: opening a pipe waits for its writer.
    const found = await stat(path)
    if (found.isFile()) return { file: await open(path, 'r'), size: found.size }
  } catch (cause) {
    if (!['ENOENT', 'ENOTDIR'].includes(systemCode(cause) ?? '')) throw readError(cause, path)
    throw new AppError(codes[role].missing, { path }, { cause })
  }
  throw new AppError(codes[role].missing, { path })
}

/** Parses the header from the file's `start`, and from more of the file until there is enough. */
async function readHeader(file: FileHandle, start: Buffer, size: number, mostBytes: number): Promise<GgufHeader> {
  for (let bytes = start; ; ) {
    try {
      return parseGgufHeader(bytes, size)
    } catch (error) {
      if (!(error instanceof NeedMoreBytes)) throw error
      const length = Math.min(bytes.length * 4, mostBytes, size)
      // All of it was read, or the file shrinks while we look.
      if (length <= bytes.length) throw new GgufDamage('its header does not end')
      bytes = await readBytes(file, Buffer.allocUnsafe(length), 0)
    }
  }
}

/** A download or copy that stopped early is the most common damage; llama.cpp would map the file and crash on the missing pages. */
function checkTensorData(header: GgufHeader, fileSize: number): void {
  for (const { name, offset, bytes } of header.tensors.values()) {
    const end = header.dataStart + offset + bytes
    if (end > fileSize) throw new GgufDamage(`the file ends at byte ${fileSize}, its tensor ${name} at byte ${end}`)
  }
}

import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { AppError } from '../contract/errors/AppError.ts'
import { GgufDamage, NeedMoreBytes } from './GgufCursor.ts'
import { parseGgufHeader } from './ggufHeader.ts'
import type { GgufHeader } from './ggufHeader.ts'
import { looksLike } from './looksLike.ts'
import { tensorSize } from './tensorSize.ts'

/** Which half of the pair a file is meant to be: picks the error codes. */
export type FileRole = 'model' | 'projector'

/** A GGUF file whose header is sound and whose tensor data is complete. */
export interface GgufFile {
  readonly path: string
  readonly bytes: number
  readonly header: GgufHeader
}

/** Enough for the header of most models at once; vocabularies are a few MB. */
const firstRead = 4 * 1024 * 1024
/** No real header comes near; keeps a file of rubbish from being read whole. */
const longestHeader = 256 * 1024 * 1024

/**
 * Opens a GGUF file and checks all that native code would trust: magic, version, counts against the file's size, and that
 * every tensor's data lies inside the file. Throws `*_MISSING`, `*_NOT_GGUF`, `*_DAMAGED` of its role, or `FILE_UNREADABLE`.
 */
export async function readGguf(path: string, role: FileRole): Promise<GgufFile> {
  const file = await openFile(path, role)
  try {
    const { size } = await file.stat()
    const start = await readStart(file, Math.min(512, size))
    if (start.toString('latin1', 0, 4) !== 'GGUF') throw new AppError(role === 'model' ? 'MODEL_NOT_GGUF' : 'PROJECTOR_NOT_GGUF', { path, found: looksLike(start) })
    const header = await readHeader(file, size)
    checkTensorData(header, size)
    return { path, bytes: size, header }
  } catch (error) {
    if (!(error instanceof GgufDamage)) throw error
    throw new AppError(role === 'model' ? 'MODEL_DAMAGED' : 'PROJECTOR_DAMAGED', { path, detail: error.message }, { cause: error })
  } finally {
    await file.close()
  }
}

async function openFile(path: string, role: FileRole): Promise<FileHandle> {
  const missing = role === 'model' ? 'MODEL_MISSING' : 'PROJECTOR_MISSING'
  try {
    const file = await open(path, 'r')
    if ((await file.stat()).isFile()) return file
    await file.close()
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'EISDIR') throw new AppError('FILE_UNREADABLE', { path, detail: String(code) }, { cause })
    throw new AppError(missing, { path }, { cause })
  }
  throw new AppError(missing, { path })
}

async function readHeader(file: FileHandle, size: number): Promise<GgufHeader> {
  for (let length = Math.min(firstRead, size); ; length = Math.min(length * 4, size)) {
    try {
      return parseGgufHeader(await readStart(file, length), size)
    } catch (error) {
      if (!(error instanceof NeedMoreBytes)) throw error
      // All of it was read: the file shrinks while we look.
      if (length >= longestHeader || length === size) throw new GgufDamage('its header does not end')
    }
  }
}

async function readStart(file: FileHandle, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, 0)
  return buffer.subarray(0, bytesRead)
}

/** A download or copy that stopped early is the most common damage; llama.cpp would map the file and crash on the missing pages. */
function checkTensorData(header: GgufHeader, fileSize: number): void {
  for (const { name, dims, type, offset } of header.tensors.values()) {
    const end = header.dataStart + offset + (tensorSize(type, dims) ?? 0)
    if (end > fileSize) throw new GgufDamage(`the file ends at byte ${fileSize}, its tensor ${name.slice(0, 64)} at byte ${end}`)
  }
}

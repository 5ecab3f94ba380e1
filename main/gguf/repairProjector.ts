import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { AppError } from '../contract/errors/AppError.ts'
import { writeNew } from '../platform/atomicWrite.ts'
import { readError } from '../platform/fileErrors.ts'
import { checkProjector } from './checkProjector.ts'
import { GgufDamage } from './GgufCursor.ts'
import { readBytes } from './readBytes.ts'
import { readGguf } from './readGguf.ts'
import type { GgufFile } from './readGguf.ts'
import { isRepairable, repairedEntries } from './repairedEntries.ts'
import type { NewEntry } from './repairedEntries.ts'
import { rewriteHeader } from './rewriteHeader.ts'

/** Bytes copied at a time. */
const pieceBytes = 1024 * 1024

/**
 * Writes a copy of an old LLaVA projector beside it that names what it is (llama.cpp's `clip.projector_type` and the other keys
 * it asks for) and the block to read, with the same tensors, and returns its path: `x.repaired.gguf`, or `x.repaired-2.gguf`
 * where that is taken. The original stays as it is; its own path is returned where nothing is missing. Rejects as
 * `readGguf` and `checkProjector` for a file that cannot be repaired, and `DISK_FULL` or `FOLDER_NOT_WRITABLE`.
 */
export async function repairProjector(path: string): Promise<string> {
  const file = await readGguf(path, 'projector')
  if (!isRepairable(file.header)) {
    const error = checkProjector(file)
    if (error !== null) throw error
    return path
  }
  const added = repairedEntries(file.header)
  return added.length === 0 ? path : await writeNew((attempt) => copyName(path, attempt), repairedPieces(file, added))
}

function copyName(path: string, attempt: number): string {
  const extension = extname(path)
  return join(dirname(path), `${basename(path, extension)}.repaired${attempt === 1 ? '' : `-${attempt}`}${extension}`)
}

async function* repairedPieces({ path, bytes, header }: GgufFile, added: readonly NewEntry[]): AsyncGenerator<Uint8Array> {
  try {
    const file = await open(path, 'r')
    try {
      yield rewriteHeader(await readAt(file, 0, Buffer.alloc(header.table.end)), header, added)
      // One piece after the other in the same memory: each is written before the next is asked for.
      const piece = Buffer.alloc(pieceBytes)
      for (let from = header.dataStart; from < bytes; from += pieceBytes) yield await readAt(file, from, piece.subarray(0, bytes - from))
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof GgufDamage) throw new AppError('PROJECTOR_DAMAGED', { path, detail: error.message }, { cause: error })
    throw readError(error, path)
  }
}

async function readAt(file: FileHandle, from: number, buffer: Buffer): Promise<Buffer> {
  if ((await readBytes(file, buffer, from)).length < buffer.length) throw new GgufDamage('it became shorter while it was read')
  return buffer
}

import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { readError } from '../platform/fileErrors.ts'
import { readBytes } from './readBytes.ts'
import { readGguf } from './readGguf.ts'
import type { GgufFile } from './readGguf.ts'
import { partPaths } from './readModel.ts'

/** Looked at of each tensor. */
const bytesEach = 4096
/** Reads under way at once: the disk puts them in order. */
const atOnce = 16

/**
 * Tells weights apart without reading them all: SHA-256 (hex) of the file's size, its time, its header, and the beginning of each
 * tensor's data, over all files of a split model. One that was trained, converted or quantised anew differs in nearly every
 * tensor. Rejects as `readGguf`.
 */
export async function weightsFingerprint(file: GgufFile): Promise<string> {
  const hash = createHash('sha256')
  const paths = partPaths(file)
  for (const path of paths) await addFile(hash, paths.length === 1 ? file : await readGguf(path, 'model'))
  return hash.digest('hex')
}

async function addFile(hash: Hash, { path, header: { dataStart, tensors } }: GgufFile): Promise<void> {
  try {
    const file = await open(path, 'r')
    try {
      const { size, mtimeMs } = await file.stat()
      hash.update(`${size} ${mtimeMs}\0`)
      hash.update(await readBytes(file, Buffer.allocUnsafe(dataStart), 0))
      const places = [...tensors.values()]
      for (let index = 0; index < places.length; index += atOnce) {
        const reads = places.slice(index, index + atOnce).map(async ({ offset, bytes }) => await readBytes(file, Buffer.allocUnsafe(Math.min(bytes, bytesEach)), dataStart + offset))
        for (const bytes of await Promise.all(reads)) hash.update(bytes)
      }
    } finally {
      await file.close()
    }
  } catch (error) {
    throw readError(error, path)
  }
}

import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError } from '../../contract/errors/AppError.ts'
import { readError, systemCode } from '../../platform/fileErrors.ts'
import { checkFileSize } from './limits.ts'

/**
 * The bytes of a picture file. Rejects `IMAGE_MISSING` (also for a folder), `IMAGE_EMPTY`, `IMAGE_FILE_TOO_BIG` without
 * reading it, `FILE_UNREADABLE`.
 */
export async function readImageFile(path: string): Promise<{ bytes: Uint8Array; name: string }> {
  const name = basename(path)
  try {
    const found = await stat(path)
    if (found.isDirectory()) throw new AppError('IMAGE_MISSING', { name: path })
    checkFileSize(found.size, name)
    return { bytes: await readFile(path), name }
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new AppError('IMAGE_MISSING', { name: path }, { cause: error })
    throw readError(error, path)
  }
}

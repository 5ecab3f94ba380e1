import { readFile, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../../contract/errors/AppError.ts'
import { atomicWrite } from '../../platform/atomicWrite.ts'
import { systemCode, writeError } from '../../platform/fileErrors.ts'

/**
 * Copies a finished file to where the person wants it: a file is replaced whole, anything else (a pipe, a device) is written to
 * as it is. Folders are not made up: a missing one is a typing mistake. Rejects `FILE_MISSING`, `FILE_UNREADABLE`,
 * `FOLDER_NOT_WRITABLE`, `DISK_FULL`.
 */
export async function deliver(finished: string, target: string): Promise<void> {
  await checkTarget(target)
  const bytes = await readFile(finished)
  const found = await stat(target).catch(() => null)
  try {
    if (found === null || found.isFile()) await atomicWrite(target, bytes)
    else await writeFile(target, bytes)
  } catch (error) {
    // The folder is there: a file system that knows no new files (/proc) says so in this way.
    if (systemCode(error) === 'ENOENT') throw new AppError('FOLDER_NOT_WRITABLE', { path: dirname(target) }, { cause: error })
    throw writeError(error, target)
  }
}

/** Rejects where nothing could be written to `target` anyway; asked before the work is done. */
export async function checkTarget(target: string): Promise<void> {
  const folder = dirname(target)
  const found = await stat(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') throw new AppError('FILE_MISSING', { path: folder }, { cause: error })
    throw writeError(error, folder)
  })
  if (!found.isDirectory()) throw new AppError('FILE_MISSING', { path: folder })
  const there = await stat(target).catch(() => null)
  if (there?.isDirectory() === true) throw new AppError('FILE_UNREADABLE', { path: target, detail: 'EISDIR' })
}

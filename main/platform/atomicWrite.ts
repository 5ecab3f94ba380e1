import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemCode, writeError } from './fileErrors.ts'

/**
 * Replaces the file whole: a reader sees the old bytes or the new ones, also after a power cut. Creates the folder.
 * `mode`: who may read it, as `chmod` takes it. Rejects `DISK_FULL` or `FOLDER_NOT_WRITABLE`; the old file is then untouched.
 */
export async function atomicWrite(path: string, data: Uint8Array | string, mode = 0o666): Promise<void> {
  const temporary = temporaryPath(path)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeAndSync(temporary, data, mode)
    await renameWithRetry(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined) // The first failure is the one to report.
    throw writeError(error, path)
  }
}

/**
 * Writes a file that is not there yet, whole or not at all, piece by piece, under the first of `paths` that is free, and returns
 * that path. All lie in one folder, which exists. Rejects `DISK_FULL` or `FOLDER_NOT_WRITABLE`, and what `pieces` throws.
 */
export async function writeNew(paths: Iterable<string>, pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const candidates = paths[Symbol.iterator]()
  let path = String(candidates.next().value)
  const temporary = temporaryPath(path)
  try {
    await writeAndSync(temporary, pieces)
    while (!(await reserve(path))) path = String(candidates.next().value)
    await renameWithRetry(temporary, path)
    return path
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined) // The first failure is the one to report.
    throw writeError(error, path)
  }
}

function temporaryPath(path: string): string {
  return `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
}

/** Takes a name with an empty file, since `rename` would replace another's; false where it is taken. */
async function reserve(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close()
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
}

async function writeAndSync(path: string, data: Uint8Array | string | AsyncIterable<Uint8Array>, mode = 0o666): Promise<void> {
  const file = await open(path, 'wx', mode)
  try {
    await writeFile(file, data)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** `rename`, tried again for a moment: on Windows a virus scanner or indexer may hold a fresh file for some milliseconds. */
export async function renameWithRetry(from: string, to: string): Promise<void> {
  for (let wait = 10; ; wait *= 2) {
    try {
      await rename(from, to)
      return
    } catch (error) {
      const code = systemCode(error)
      if (wait > 1000 || process.platform !== 'win32' || (code !== 'EPERM' && code !== 'EBUSY' && code !== 'EACCES')) throw error
      await sleep(wait)
    }
  }
}

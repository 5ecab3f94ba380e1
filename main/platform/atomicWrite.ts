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
 * Writes a file that is not there yet, whole or not at all, piece by piece, under the first of `pathOf(1)`, `pathOf(2)` ... that is
 * free, and returns that path. All lie in one folder, which exists. Rejects `DISK_FULL` or `FOLDER_NOT_WRITABLE`, and what
 * `pieces` throws.
 */
export async function writeNew(pathOf: (attempt: number) => string, pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const temporary = temporaryPath(pathOf(1))
  const made = [temporary]
  try {
    await writeAndSync(temporary, pieces)
    const path = await takeName(pathOf)
    made.push(path)
    await renameWithRetry(temporary, path)
    return path
  } catch (error) {
    for (const path of made) await rm(path, { force: true }).catch(() => undefined) // The first failure is the one to report.
    throw writeError(error, pathOf(1))
  }
}

/** The first free name, taken with an empty file: `rename` would replace one that somebody else put there. */
async function takeName(pathOf: (attempt: number) => string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      await (await open(pathOf(attempt), 'wx')).close()
      return pathOf(attempt)
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error
    }
  }
}

function temporaryPath(path: string): string {
  return `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
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

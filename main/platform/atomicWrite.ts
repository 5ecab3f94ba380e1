import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemCode, writeError } from './fileErrors.ts'

/**
 * Replaces the file whole: a reader sees the old bytes or the new ones, also after a power cut. Creates the folder.
 * `mode`: who may read it, as `chmod` takes it. Rejects `DISK_FULL` or `FOLDER_NOT_WRITABLE`; the old file is then untouched.
 */
export async function atomicWrite(path: string, data: Uint8Array | string, mode = 0o666): Promise<void> {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeAndSync(temporary, data, mode)
    await renameWithRetry(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined) // The first failure is the one to report.
    throw writeError(error, path)
  }
}

async function writeAndSync(path: string, data: Uint8Array | string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode)
  try {
    await file.writeFile(data)
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

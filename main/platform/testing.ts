import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as timeout } from 'node:timers/promises'
import type { Clock } from './clock.ts'
import { CHECKSUM_BYTES, EMBEDDING_MAGIC } from './embeddingHead.ts'

/** A temporary folder for a test, which deletes it with `remove`. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'llava-desk-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Begins like a file of a picture's embeddings, and is long enough for one: for tests of what goes by the key in it alone. */
export function embeddingFileOf(key: string): Buffer {
  return Buffer.concat([EMBEDDING_MAGIC, Buffer.alloc(CHECKSUM_BYTES + 4), Buffer.from(JSON.stringify({ key, tokens: 1 })), Buffer.alloc(2000)])
}

/** A small disk for a test, or why there can be none on this machine. */
export type SmallDisk = { path: string; readOnly: (on: boolean) => void; remove: () => void } | { reason: string }

/** Mounts a tmpfs of `kilobytes`, which takes root and Linux. */
export function smallDisk(kilobytes: number): SmallDisk {
  if (process.platform !== 'linux') return { reason: `mounting a tmpfs needs Linux, this is ${process.platform}` }
  const { path, remove } = temporaryFolder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', path], { stdio: 'pipe' })
  } catch (error) {
    remove()
    return { reason: `mounting a tmpfs failed: ${error instanceof Error ? error.message.trim() : String(error)}` }
  }
  return {
    path,
    readOnly: (on) => void execFileSync('mount', ['-o', `remount,${on ? 'ro' : 'rw'}`, path], { stdio: 'pipe' }),
    remove: () => {
      execFileSync('umount', ['-l', path], { stdio: 'pipe' })
      remove()
    },
  }
}

/** A folder in which nothing can be written, also for root where that is possible; or why there can be none. */
export function readOnlyFolder(): { path: string; remove: () => void } | { reason: string } {
  if (process.platform !== 'win32' && process.getuid?.() !== 0) {
    const { path, remove } = temporaryFolder()
    const folder = join(path, 'folder')
    mkdirSync(folder)
    chmodSync(folder, 0o555)
    return {
      path: folder,
      remove: () => {
        chmodSync(folder, 0o755)
        remove()
      },
    }
  }
  const disk = smallDisk(1024)
  if ('reason' in disk) return disk
  disk.readOnly(true)
  return disk
}

/** A clock that runs fifty times as fast, and remembers how long anybody slept. */
export class FastClock implements Clock {
  readonly slept: number[] = []
  readonly #started = Date.now()

  now(): number {
    return this.#started + (Date.now() - this.#started) * SPEED
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    this.slept.push(milliseconds)
    await timeout(milliseconds / SPEED, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
  }
}

const SPEED = 50

import { mkdir, readdir, rm, stat, statfs, utimes } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { atomicWrite } from '../../../platform/atomicWrite.ts'
import { cacheLimit, engineCachePaths } from '../../../platform/engineCache.ts'
import type { EngineCachePaths } from '../../../platform/engineCache.ts'
import { systemCode } from '../../../platform/fileErrors.ts'
import { log } from '../log.ts'

/** A file under a temporary name is left over from a process that was killed when it is as old as this. */
const staleMs = 3_600_000

/** Bytes of a disk that are never taken: chats and downloads need room too, and what is kept here is worth less than they are. */
const reserve = 2 * 1024 ** 3

/** What belongs together: a picture's file, or a chat's two. */
interface Entry {
  /** Its files' path but for the extension. */
  readonly name: string
  readonly paths: string[]
  bytes: number
  /** Of the file that was used last. */
  usedAt: number
}

/**
 * The folder of what is kept on disk, and its budget. Anybody may delete anything in it at any time. Nothing here ever fails a
 * request: what cannot be written is not kept, and that is said once.
 */
export class CacheFolder {
  /** Where everything in it has its place. */
  readonly paths: EngineCachePaths
  readonly #root: string
  #warned = false

  constructor(root: string) {
    this.#root = root
    this.paths = engineCachePaths(root)
  }

  /** Most bytes of everything together; 0: nothing is to be kept or used. */
  async limit(): Promise<number> {
    return await cacheLimit(this.#root)
  }

  /** Deletes what killed processes left under temporary names. */
  async clean(): Promise<void> {
    for (const folder of [this.#root, this.paths.pictures, this.paths.chats]) {
      for (const path of await filesIn(folder)) {
        if (isTemporary(path) && (isOrphan(path) || Date.now() - ((await facts(path))?.mtimeMs ?? Infinity) > staleMs)) await this.remove(path)
      }
    }
  }

  /**
   * Deletes what was used least recently until `bytes` fit into the budget under a path: what is there is about to be replaced, so it
   * neither counts nor leaves. False where they never will fit, or the disk is nearly full.
   */
  async makeRoom(bytes: number, path: string): Promise<boolean> {
    const limit = await this.limit()
    if (limit === 0 || bytes > limit || bytes + reserve > (await freeBytes(this.#root))) return false
    const entries = (await this.#entries()).filter(({ name }) => name !== entryName(path)).sort((left, right) => left.usedAt - right.usedAt)
    let total = entries.reduce((sum, entry) => sum + entry.bytes, bytes)
    for (const entry of entries) {
      if (total <= limit) break
      for (const file of entry.paths) await this.remove(file)
      total -= entry.bytes
    }
    return total <= limit
  }

  /** Writes a small file whole, or not at all. Returns whether it is there. */
  async write(path: string, data: Uint8Array | string): Promise<boolean> {
    try {
      await atomicWrite(path, data)
      return true
    } catch (error) {
      this.warn(error)
      return false
    }
  }

  /** Creates one of the folders. Returns whether it is there. */
  async make(folder: string): Promise<boolean> {
    try {
      await mkdir(folder, { recursive: true })
      return true
    } catch (error) {
      this.warn(error)
      return false
    }
  }

  /** Says once for all that something cannot be written. */
  warn(error: unknown): void {
    if (!this.#warned) log('warn', `nothing is kept in ${this.#root}: ${error instanceof Error ? error.message : String(error)}`)
    this.#warned = true
  }

  /** Notes that a file was used just now. */
  async touch(path: string): Promise<void> {
    const now = new Date()
    await utimes(path, now, now).catch(() => undefined) // Deleted meanwhile, or not ours to change: it leaves earlier, nothing else.
  }

  /** Deletes a file, if it is there and can be deleted. Never rejects. */
  async remove(path: string): Promise<void> {
    // Windows refuses it while another process reads the file; the next one who finds it in the way tries again.
    await rm(path, { force: true }).catch((error: unknown) => log('debug', `${path} could not be deleted: ${String(error)}`))
  }

  async #entries(): Promise<Entry[]> {
    const entries = new Map<string, Entry>()
    for (const folder of [this.paths.pictures, this.paths.chats]) {
      for (const path of await filesIn(folder)) {
        const found = await facts(path)
        // Those under temporary names are being written: they count when they have their own.
        if (found === null || isTemporary(path)) continue
        const name = entryName(path)
        const entry = entries.get(name) ?? { name, paths: [], bytes: 0, usedAt: 0 }
        entries.set(name, entry)
        entry.paths.push(path)
        entry.bytes += found.size
        entry.usedAt = Math.max(entry.usedAt, found.mtimeMs)
      }
    }
    return [...entries.values()]
  }
}

const entryName = (path: string): string => join(dirname(path), basename(path, extname(path)))

const isTemporary = (path: string): boolean => path.endsWith('.tmp')

/** Whether the process that wrote a file under a temporary name (`<name>.<process id>-<random>.tmp`) is gone. */
function isOrphan(path: string): boolean {
  const pid = Number(/\.(\d+)-[0-9a-f]+\.tmp$/.exec(path)?.[1] ?? 0)
  if (pid === 0) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return systemCode(error) === 'ESRCH'
  }
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, { withFileTypes: true })).flatMap((entry) => (entry.isFile() ? [join(folder, entry.name)] : []))
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') log('debug', `${folder} could not be read: ${String(error)}`)
    return []
  }
}

/** Infinity where the system does not say, or the folder is not there yet: then writing will tell. */
async function freeBytes(folder: string): Promise<number> {
  return await statfs(folder).then(({ bavail, bsize }) => bavail * bsize, () => Infinity)
}

async function facts(path: string): Promise<{ size: number; mtimeMs: number } | null> {
  return await stat(path).catch(() => null) // Deleted since it was listed.
}

import { createHash, randomBytes } from 'node:crypto'
import { open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { renameWithRetry } from '../../../platform/atomicWrite.ts'
import { cacheName } from '../../../platform/engineCache.ts'
import { systemCode } from '../../../platform/fileErrors.ts'
import { log } from '../log.ts'
import { totalCells } from '../scheduler/items.ts'
import type { Item } from '../scheduler/items.ts'
import type { CacheFolder } from './CacheFolder.ts'

const count = z.number().int().nonnegative()
const about = z.object({
  version: z.literal(1),
  /** A file that was renamed belongs to nobody. */
  fingerprint: z.string(),
  items: z.array(z.union([count, z.object({ key: z.string(), tokens: count.positive(), positions: count })])).min(1),
  cells: count,
  bytes: count.positive(),
  sha256: z.string(),
  /** What evaluating all of it takes on the machine that wrote it, without encoding its pictures; null: not known. */
  evaluateMs: z.number().positive().nullable(),
  savedAt: count,
})

/** A chat's KV cells on disk. */
export interface Snapshot extends z.infer<typeof about> {
  /** Of the file with the cells. */
  readonly path: string
}

/** What is known of a chat before its cells are written; they are written by `write`, which says what they are. */
export interface NewSnapshot {
  /** Bytes it will take, about. */
  readonly bytes: number
  readonly evaluateMs: (cells: number) => number | null
  /** Null: they are gone. */
  readonly write: (path: string) => Promise<{ items: readonly Item[]; bytes: number } | null>
  /** Gives it up; what was written of it is deleted. */
  readonly signal: AbortSignal
}

/** Tells a file from another one under the same name. */
interface Identity {
  readonly inode: number
  readonly bytes: number
  readonly changedAt: number
}

/** Read, and added to the checksum, at a time. */
const chunkBytes = 1024 * 1024

/** KV cells of chats on disk, those of one model and layout: for each chat a file with the cells, and one that says what they are. */
export class SnapshotStore {
  readonly #folder: CacheFolder
  readonly #fingerprint: string

  constructor(folder: CacheFolder, fingerprint: string) {
    this.#folder = folder
    this.#fingerprint = fingerprint
  }

  /** What is kept of a chat, by what is written about it; null where nothing is, or nothing that makes sense. Never rejects. */
  async find(conversation: string): Promise<Snapshot | null> {
    if ((await this.#folder.limit()) === 0) return null
    const { cells, json } = this.#paths(conversation)
    const text = await readFile(json, 'utf8').catch((error: unknown) => missing(error))
    if (text === null) return null
    const found = about.safeParse(parsed(text))
    const file = await identityOf(cells)
    const isSound = found.success && found.data.fingerprint === this.#fingerprint && totalCells(found.data.items) === found.data.cells && file?.bytes === found.data.bytes
    if (isSound) return { ...found.data, path: cells }
    await this.drop(conversation, 'it is not whole')
    return null
  }

  /**
   * Calls `work` where the checksum of the file with a chat's cells is right, and returns what that returns; `work` asks
   * `isUnchanged` when it has read the file. False where the checksum is wrong (the file is then deleted), somebody deletes or
   * replaces the file meanwhile, or the signal aborts. Rejects as `work` does.
   */
  async use(conversation: string, snapshot: Snapshot, work: (isUnchanged: () => Promise<boolean>) => Promise<boolean>, signal: AbortSignal): Promise<boolean> {
    const before = await identityOf(snapshot.path)
    const isUnchanged = async () => before !== null && isSame(before, await identityOf(snapshot.path))
    const sum = await checksum(snapshot.path, signal).catch((error: unknown) => missing(error))
    if (sum === null) return false
    if (sum !== snapshot.sha256) {
      // Unless another process has just saved the chat anew.
      if (await isUnchanged()) await this.drop(conversation, 'its checksum is wrong')
      return false
    }
    if (!(await work(isUnchanged))) return false
    await this.#folder.touch(this.#paths(conversation).json)
    return true
  }

  /** Keeps a chat's cells in place of what was kept of it before. Returns what they are, null where nothing was kept. Never rejects. */
  async save(conversation: string, { bytes, evaluateMs, write, signal }: NewSnapshot): Promise<readonly Item[] | null> {
    const { cells, json } = this.#paths(conversation)
    if (!(await this.#folder.makeRoom(bytes, cells)) || !(await this.#folder.make(this.#folder.paths.chats))) return null
    const temporary = `${cells}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
    try {
      const written = await write(temporary)
      if (written === null) return null
      const { items } = written
      const size = (await stat(temporary)).size
      // The system takes what is written into its cache, and may find the disk full only afterwards.
      if (size !== written.bytes) throw new Error(`${size} of ${written.bytes} bytes were written`)
      const sha256 = await checksum(temporary, signal)
      const inCells = totalCells(items)
      const text = JSON.stringify({ version: 1, fingerprint: this.#fingerprint, items: [...items], cells: inCells, bytes: size, sha256, evaluateMs: evaluateMs(inCells), savedAt: Date.now() } satisfies z.infer<typeof about>)
      // Keeping may have been turned off, or cut short, while this was written.
      if (size > (await this.#folder.limit())) return null
      await renameWithRetry(temporary, cells)
      return (await this.#folder.write(json, text)) ? items : null
    } catch (error) {
      if (!signal.aborted) this.#folder.warn(error)
      return null
    } finally {
      await this.#folder.remove(temporary)
    }
  }

  /** Forgets what is kept of a chat, and says why. */
  async drop(conversation: string, why: string): Promise<void> {
    const { cells, json } = this.#paths(conversation)
    log('warn', `${cells} was deleted: ${why}`)
    await this.#folder.remove(json)
    await this.#folder.remove(cells)
  }

  #paths(conversation: string): { cells: string; json: string } {
    const name = join(this.#folder.paths.chats, `${cacheName(conversation)}-${this.#fingerprint}`)
    return { cells: `${name}.kv`, json: `${name}.json` }
  }
}

/** SHA-256 (hex) of a file, read piece by piece. Rejects with the signal's reason, or as reading does. */
async function checksum(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  const file = await open(path, 'r')
  try {
    const buffers = [Buffer.allocUnsafe(chunkBytes), Buffer.allocUnsafe(chunkBytes)] as const
    let reading = file.read(buffers[0], 0, chunkBytes, 0)
    for (let turn = 0, position = 0; ; turn++) {
      const { bytesRead, buffer } = await reading
      if (bytesRead === 0) return hash.digest('hex')
      signal.throwIfAborted()
      position += bytesRead
      // The next piece is read while this one is added.
      reading = file.read(turn % 2 === 0 ? buffers[1] : buffers[0], 0, chunkBytes, position)
      hash.update(buffer.subarray(0, bytesRead))
    }
  } finally {
    await file.close()
  }
}

async function identityOf(path: string): Promise<Identity | null> {
  const found = await stat(path).catch(() => null) // Deleted, or never there.
  return found === null ? null : { inode: found.ino, bytes: found.size, changedAt: found.mtimeMs }
}

function isSame(before: Identity, after: Identity | null): boolean {
  return after !== null && before.inode === after.inode && before.bytes === after.bytes && before.changedAt === after.changedAt
}

/** For whom a file that cannot be read is no file; that it is gone needs no word. */
function missing(error: unknown): null {
  if (systemCode(error) !== 'ENOENT' && systemCode(error) !== null) log('warn', String(error))
  return null
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

import { open, readdir, rm, stat, statfs } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../contract/errors/AppError.ts'
import { HEAD_BYTES, keyInHead } from '../../platform/embeddingHead.ts'
import { engineCachePaths } from '../../platform/engineCache.ts'
import { deleteError, systemCode } from '../../platform/fileErrors.ts'

const HOUR = 60 * 60 * 1000

/** What belongs to one picture or chat with one set of weights, and leaves together; or a file that belongs to nothing. */
export interface CacheItem {
  readonly kind: 'pictures' | 'chats' | 'other'
  /** The hashed key of its picture or chat (`cacheName`); '' for a file that belongs to nothing. */
  readonly name: string
  /** In the order they are to be deleted: what is large first. */
  readonly paths: readonly string[]
  readonly bytes: number
  /** When it was last used: the engine touches what it reads. Milliseconds since the epoch. */
  readonly usedAt: number
}

interface File {
  readonly path: string
  readonly bytes: number
  readonly usedAt: number
}

/** Names of whole files. Anything else is half written, or of another version. */
const pictureFile = /^([0-9a-f]{32})-.+\.emb$/
const chatFile = /^(([0-9a-f]{32})-.+)\.(kv|json)$/

/** Everything in the cache but its limit and the engine's few measurements beside it. A folder that is not there is empty; files that vanish meanwhile are left out. Rejects `FILE_UNREADABLE`. */
export async function cacheItems(root: string): Promise<CacheItem[]> {
  const paths = engineCachePaths(root)
  const [pictures, chats, others] = await Promise.all([paths.pictures, paths.chats, root].map(filesIn))
  const items = (pictures ?? []).map((file): CacheItem => {
    const name = pictureFile.exec(basename(file.path))?.[1]
    return name === undefined ? leftOver(file) : { kind: 'pictures', name, paths: [file.path], bytes: file.bytes, usedAt: file.usedAt }
  })
  // With what another process is just writing in their places.
  const kept = [paths.limit, paths.threads, paths.speed]
  const strays = (others ?? []).filter(({ path }) => !kept.some((file) => path.startsWith(file))).map(leftOver)
  return [...items, ...chatItems(chats ?? []), ...strays]
}

/** The key of the picture whose embeddings a file holds; null where it does not say, or is gone. Rejects `FILE_UNREADABLE`. */
export async function embeddingKey(path: string): Promise<string | null> {
  try {
    const file = await open(path, 'r')
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
      return keyInHead(buffer.subarray(0, bytesRead))
    } finally {
      await file.close()
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw unreadable(error, path)
  }
}

/** A file that belongs to nothing and was not touched for an hour: left by a kill, or by another version. */
export function isAbandoned({ kind, usedAt }: CacheItem, now: number): boolean {
  return kind === 'other' && usedAt < now - HOUR
}

/** Deletes what is still there of an item. Rejects `FOLDER_NOT_WRITABLE`, `FILE_UNREADABLE`. */
export async function removeItem({ paths }: Pick<CacheItem, 'paths'>): Promise<void> {
  for (const path of paths) {
    try {
      await rm(path, { force: true })
    } catch (error) {
      throw deleteError(error, path)
    }
  }
}

/** Free bytes of the disk that a folder lies on, or would lie on; null where the system does not say. */
export async function freeBytesAt(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch (error) {
    const parent = dirname(folder)
    return systemCode(error) === 'ENOENT' && parent !== folder ? await freeBytesAt(parent) : null
  }
}

function chatItems(files: readonly File[]): CacheItem[] {
  const items = new Map<string, CacheItem>()
  const others: CacheItem[] = []
  for (const file of files) {
    const [, stem, name = ''] = chatFile.exec(basename(file.path)) ?? []
    if (stem === undefined) {
      others.push(leftOver(file))
      continue
    }
    const known = items.get(stem)
    // The cells before what describes them: half of a chat is no chat, and takes little room then.
    const paths = [...(known?.paths ?? []), file.path].sort((a, b) => Number(a.endsWith('.json')) - Number(b.endsWith('.json')))
    items.set(stem, { kind: 'chats', name, paths, bytes: (known?.bytes ?? 0) + file.bytes, usedAt: Math.max(known?.usedAt ?? 0, file.usedAt) })
  }
  return [...items.values(), ...others]
}

function leftOver({ path, bytes, usedAt }: File): CacheItem {
  return { kind: 'other', name: '', paths: [path], bytes, usedAt }
}

async function filesIn(folder: string): Promise<File[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    const files = await Promise.all(entries.filter((entry) => entry.isFile()).map(async (entry) => await fileAt(join(folder, entry.name))))
    return files.flatMap((file) => file ?? [])
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw unreadable(error, folder)
  }
}

async function fileAt(path: string): Promise<File | null> {
  try {
    const { size, mtimeMs } = await stat(path)
    return { path, bytes: size, usedAt: mtimeMs }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw unreadable(error, path)
  }
}

function unreadable(error: unknown, path: string): unknown {
  const detail = systemCode(error)
  return detail === null ? error : new AppError('FILE_UNREADABLE', { path, detail }, { cause: error })
}

import type { CacheUsage } from '../../contract/domains/cache.ts'
import { cacheLimit, cacheName, setCacheLimit } from '../../platform/engineCache.ts'
import { pictureKey } from '../images/pictureSource.ts'
import { cacheItems, embeddingKey, freeBytesAt, isAbandoned, removeItem } from './cacheFiles.ts'
import type { CacheItem } from './cacheFiles.ts'

const SHA256_DIGITS = 64
/** Files that are open at a time. */
const OPEN_AT_A_TIME = 16

/**
 * What the engine keeps on disk, from outside: how much it is, how much it may be, and its end. The engine writes and reads
 * meanwhile, and so may other processes; a file that vanishes is no failure.
 */
export class CacheService {
  readonly #root: string
  readonly #now: () => number

  /** @param root Folder as `engineCache.ts` lays it out; it need not exist. */
  constructor(root: string, now: () => number = Date.now) {
    this.#root = root
    this.#now = now
  }

  /** Rejects `FILE_UNREADABLE`. */
  async usage(): Promise<CacheUsage> {
    const [items, limit, freeBytes] = await Promise.all([cacheItems(this.#root), cacheLimit(this.#root), freeBytesAt(this.#root)])
    return { bytes: sum(items), pictures: tally(items, 'pictures'), chats: tally(items, 'chats'), limit, freeBytes }
  }

  /**
   * Sets the limit, and deletes at once what does not fit into it: what was used longest ago first. Rejects `DISK_FULL`,
   * `FOLDER_NOT_WRITABLE`, `FILE_UNREADABLE`; the limit may then be set already.
   */
  async setLimit(bytes: number): Promise<CacheUsage> {
    await setCacheLimit(this.#root, bytes)
    await this.#shrink(bytes)
    return await this.usage()
  }

  /** Deletes all that was computed of pictures and chats; the limit and the engine's measurements stay. Rejects `FOLDER_NOT_WRITABLE`, `FILE_UNREADABLE` after the rest was deleted. */
  async clear(): Promise<CacheUsage> {
    await removeAll(await cacheItems(this.#root))
    return await this.usage()
  }

  /** Deletes what is kept of chats that are gone. Rejects like `clear`. */
  async forgetChats(chatIds: readonly string[]): Promise<void> {
    await this.#forget('chats', chatIds)
  }

  /** Deletes what is kept of pictures that are gone. Rejects like `clear`. @param imageIds SHA-256 of their files. */
  async forgetPictures(imageIds: readonly string[]): Promise<void> {
    await this.#forget('pictures', imageIds.map(pictureKey))
  }

  /**
   * Deletes what is kept of all pages of documents, and of parts of them. Rejects like `clear`, also where a file cannot be read, after
   * the rest was deleted. Files that do not say what they are of stay. @param documents SHA-256 of their bytes, which the keys of their pages begin with.
   */
  async forgetDocuments(documents: readonly string[]): Promise<void> {
    if (documents.length === 0) return
    const gone = new Set(documents)
    const pictures = (await cacheItems(this.#root)).filter(({ kind }) => kind === 'pictures')
    const keys = await settled(pictures, async ({ paths: [path = ''] }) => await embeddingKey(path))
    const isGone = (key: PromiseSettledResult<string | null> | undefined) => key?.status === 'fulfilled' && gone.has(key.value?.slice(0, SHA256_DIGITS) ?? '')
    await removeAll(pictures.filter((_, index) => isGone(keys[index])))
    throwFirst(keys)
  }

  async #forget(kind: 'chats' | 'pictures', keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return
    const names = new Set(keys.map(cacheName))
    await removeAll((await cacheItems(this.#root)).filter((item) => item.kind === kind && names.has(item.name)))
  }

  async #shrink(limit: number): Promise<void> {
    const items = await cacheItems(this.#root)
    const abandoned = items.filter((item) => isAbandoned(item, this.#now()))
    let left = sum(items) - sum(abandoned)
    const tooMuch: CacheItem[] = []
    for (const item of items.filter(({ kind }) => kind !== 'other').sort((a, b) => a.usedAt - b.usedAt)) {
      if (left <= limit) break
      tooMuch.push(item)
      left -= item.bytes
    }
    await removeAll([...abandoned, ...tooMuch])
  }
}

/** Deletes all that can be deleted, then throws the first failure. */
async function removeAll(items: readonly CacheItem[]): Promise<void> {
  throwFirst(await settled(items, removeItem))
}

/** What became of each, a few at a time. */
async function settled<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<PromiseSettledResult<R>[]> {
  const outcomes: PromiseSettledResult<R>[] = []
  for (let from = 0; from < items.length; from += OPEN_AT_A_TIME) {
    outcomes.push(...(await Promise.allSettled(items.slice(from, from + OPEN_AT_A_TIME).map(work))))
  }
  return outcomes
}

function throwFirst(outcomes: readonly PromiseSettledResult<unknown>[]): void {
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}

function sum(items: readonly CacheItem[]): number {
  return items.reduce((bytes, item) => bytes + item.bytes, 0)
}

/** One picture kept for two sets of weights is one picture to a person. */
function tally(items: readonly CacheItem[], wanted: 'pictures' | 'chats'): { count: number; bytes: number } {
  const found = items.filter(({ kind }) => kind === wanted)
  return { count: new Set(found.map(({ name }) => name)).size, bytes: sum(found) }
}

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { atomicWrite } from './atomicWrite.ts'

/**
 * Where the engine keeps on disk what it has computed: CLIP embeddings of pictures and KV cells of recent chats. The engine
 * writes and reads it, the app shows its size, clears it and forgets single chats and pictures; several processes may do so at
 * once. Everything in it may be deleted at any time: it costs time, nothing else.
 */
export interface EngineCachePaths {
  /** `<pictureName>-<fingerprint>.emb` */
  readonly pictures: string
  /** `<chatName>-<fingerprint>.kv` and `.json` */
  readonly chats: string
  /** `{"bytes": n}`: see `cacheLimit`. */
  readonly limit: string
  /** How many threads were fastest, by model and machine. */
  readonly threads: string
  /** How fast chats were brought back on this machine. */
  readonly speed: string
}

/** The folders and files below the cache's root. Whoever writes into one creates it. */
export function engineCachePaths(root: string): EngineCachePaths {
  return { pictures: join(root, 'pictures'), chats: join(root, 'chats'), limit: join(root, 'limit.json'), threads: join(root, 'threads.json'), speed: join(root, 'speed.json') }
}

/** What every file of a picture or chat begins with. Keys may hold anything, so they are hashed (SHA-256, 32 of 64 hex digits). */
export function cacheName(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 32)
}

/** Bytes, while nobody has chosen: some hundred pictures and about ten chats of a 7B model. */
export const usualCacheLimit = 4 * 1024 ** 3

/** Most bytes of everything together; 0: nothing is kept on disk. A file that is not there or makes no sense means the usual limit. */
export async function cacheLimit(root: string): Promise<number> {
  try {
    const { bytes } = JSON.parse(await readFile(engineCachePaths(root).limit, 'utf8')) as { bytes?: unknown }
    return typeof bytes === 'number' && bytes >= 0 ? bytes : usualCacheLimit
  } catch {
    return usualCacheLimit
  }
}

/** Rejects `DISK_FULL` or `FOLDER_NOT_WRITABLE`. */
export async function setCacheLimit(root: string, bytes: number): Promise<void> {
  await atomicWrite(engineCachePaths(root).limit, JSON.stringify({ bytes }))
}

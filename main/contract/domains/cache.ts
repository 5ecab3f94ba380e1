import * as z from 'zod'

const kept = z.object({ count: z.number().int().nonnegative(), bytes: z.number().int().nonnegative() })

/** What the engine keeps on disk, so that nothing is computed twice. Deleting it loses nothing but time. */
export const cacheUsage = z.object({
  /** All files together, those half written too. */
  bytes: z.number().int().nonnegative(),
  /** Pictures whose embeddings are kept. */
  pictures: kept,
  /** Chats whose KV cells are kept. */
  chats: kept,
  /** Most bytes of everything together; 0: nothing is kept. */
  limit: z.number().int().nonnegative(),
  /** What its disk has free; null where the system does not say. */
  freeBytes: z.number().nonnegative().nullable(),
})
export type CacheUsage = z.infer<typeof cacheUsage>

/** A new `limit`. A petabyte is more than anybody has. */
export const cacheLimitInput = z.object({ limit: z.number().int().min(0).max(2 ** 50) })

import * as z from 'zod'

/** `listing`: what a repository holds. `lookup`: what a file is, without fetching it. `download`: its bytes. */
export const connectionPurposes = ['listing', 'lookup', 'download'] as const
/** `open`: under way, or its process died. `cut`: ended by us before the last byte. `refused`: the app was offline; nothing left it. */
export const connectionResults = ['open', 'done', 'cut', 'failed', 'refused'] as const

/** Requests to one address, as the one place that makes any noted them; those within an hour are one entry. */
export const connection = z.object({
  id: z.number().int(),
  /** Milliseconds since the epoch: the first request, and the last. */
  at: z.number().int(),
  lastAt: z.number().int(),
  host: z.string(),
  purpose: z.enum(connectionPurposes),
  path: z.string(),
  requests: z.number().int(),
  /** Received. */
  bytes: z.number().int(),
  status: z.number().int().nullable(),
  result: z.enum(connectionResults),
})
export type Connection = z.infer<typeof connection>

export const connectionList = z.object({
  /** The command line or the environment keeps the app offline, whatever the settings say. */
  forcedOffline: z.boolean(),
  /** The last one first. */
  connections: z.array(connection),
})
export type ConnectionList = z.infer<typeof connectionList>

/** What "Delete everything" can take. `cache`: what was computed of pictures and chats. */
export const erasable = ['chats', 'runs', 'templates', 'cache', 'connections'] as const
export type Erasable = (typeof erasable)[number]

/** How much of each there is. Hidden things count: they are deleted as well. */
export const erasableAmounts = z.object({
  chats: z.object({ chats: z.number().int(), messages: z.number().int(), pictures: z.number().int(), bytes: z.number().int() }),
  runs: z.object({ runs: z.number().int(), records: z.number().int() }),
  templates: z.object({ templates: z.number().int() }),
  cache: z.object({ bytes: z.number().int() }),
  connections: z.object({ entries: z.number().int() }),
})
export type ErasableAmounts = z.infer<typeof erasableAmounts>

/** What is there after the deletion, looked up on the disk. */
export const eraseReport = z.object({
  /** Folders that had to be empty, with the files that are still in them. */
  folders: z.array(z.object({ path: z.string(), files: z.number().int() })),
  /** Files that could not be deleted, each with its path; at most twenty. */
  left: z.array(z.string()),
  /** Rows of the database that had to be gone and are not. */
  rows: z.number().int(),
  /** Whether the database was written anew, so that nothing of what was deleted is in its file. */
  rewritten: z.boolean(),
})
export type EraseReport = z.infer<typeof eraseReport>

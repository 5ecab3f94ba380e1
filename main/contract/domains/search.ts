import * as z from 'zod'
import { id } from './chat.ts'

export const searchInput = z.object({
  /** Words that all have to stand in one place, in any order; words in "quotation marks" one after the other. Case does not matter. */
  text: z.string().max(1000),
  limit: z.number().int().min(1).max(200),
  /** Goes on where an answer's `next` ended. */
  before: z.number().int().positive().optional(),
})
export type SearchInput = z.infer<typeof searchInput>

/** A part of a text: UTF-16 offsets, `end` exclusive. */
export const textRange = z.object({ start: z.number().int(), end: z.number().int() })
export type TextRange = z.infer<typeof textRange>

/** Something a person looked for: a chat by its title, a message by its text or by the name of a picture it shows. */
export const searchHit = z.object({
  /** Unique among the hits of one search, the newest the highest. */
  place: z.number().int(),
  kind: z.enum(['title', 'text', 'image']),
  chat: z.object({ id, title: z.string(), archived: z.boolean() }),
  /** Null for a title. */
  message: z.object({ id, role: z.enum(['user', 'assistant']), createdAt: z.number().int() }).nullable(),
  snippet: z.object({
    text: z.string(),
    /** What was looked for, in order and without overlaps. */
    marked: z.array(textRange),
    /** Whether the text goes on before and after. */
    cutBefore: z.boolean(),
    cutAfter: z.boolean(),
  }),
})
export type SearchHit = z.infer<typeof searchHit>

export const searchResult = z.object({
  /** Newest first. */
  hits: z.array(searchHit),
  /** Null where everything has been looked through; else what `before` takes. */
  next: z.number().int().positive().nullable(),
  /** The search gave up before it had `limit` hits: words of one or two characters are looked for in the newest places only. */
  bounded: z.boolean(),
})
export type SearchResult = z.infer<typeof searchResult>

import * as z from 'zod'

/** A file whose pages can be chosen, while the stream that told of it is read. */
export const openedPages = z.object({
  id: z.uuid(),
  /** At least 1. */
  pages: z.number().int().positive(),
})
export type OpenedPages = z.infer<typeof openedPages>

/** A page of an opened file, from 1. */
export const pageOf = z.object({ id: z.uuid(), page: z.number().int().positive() })

import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { addedImage } from './domains/image.ts'
import { openedPages, pageOf } from './domains/pages.ts'

const route = oc.errors({ APP: { data: z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }) } })

/** PDF and TIFF files dropped into a chat, of which a person chooses pages. */
export const pagesApi = {
  /** Opens a file; yields once and keeps it open until the caller aborts. Rejects `DOCUMENT_*`, `IMAGE_*`. */
  open: route.input(z.object({ file: z.instanceof(Blob), name: z.string().max(1024) })).output(eventIterator(openedPages)),
  /** WebP, at most 320 px a side. `DOCUMENT_CLOSED` once the stream of `open` has ended. */
  preview: route.input(pageOf).output(z.object({ preview: z.instanceof(Blob) })),
  /** Stores a page as a picture, under a name for display. */
  add: route.input(pageOf.extend({ name: z.string().max(1024) })).output(addedImage),
}

import { oc } from '@orpc/contract'
import * as z from 'zod'
import { id } from './domains/chat.ts'
import { chatExportFormats, finishedExport, identicalChats, importOutcome, importPreview } from './domains/transfer.ts'

const route = oc.errors({ APP: { data: z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }) } })
const byId = z.object({ id })
const piece = z.instanceof(Blob)

/** The part of the API that gets chats out and in. Files cross in pieces, so that neither side holds a whole one. */
export const transferApi = {
  /** Writes these chats (null: all) to a file that `read` gives. `originals`: pictures keep what their makers noted in them. Rejects `CHAT_MISSING`, `IMAGE_GONE`, `TRANSFER_TOO_LARGE`, `DISK_FULL`. */
  export: route.input(z.object({ chats: z.array(id).max(100_000).nullable(), format: z.enum(chatExportFormats), originals: z.boolean().default(false), language: z.enum(['en', 'zh-CN']).default('en') })).output(finishedExport),
  /** Some bytes of a finished export, from `from` on; none at its end. `TRANSFER_GONE`. */
  read: route.input(byId.extend({ from: z.number().int().nonnegative() })).output(z.object({ piece })),
  /** Begins to take in a file. */
  begin: route.output(byId),
  /** The next bytes of it. `TRANSFER_GONE`, `TRANSFER_TOO_LARGE`, `DISK_FULL`. */
  write: route.input(byId.extend({ from: z.number().int().nonnegative(), piece })).output(z.object({})),
  /** Checks the file and says what would come in; `name` is the file's. `TRANSFER_UNREADABLE`, `TRANSFER_PART_DAMAGED`, `TRANSFER_NEWER`. */
  inspect: route.input(byId.extend({ name: z.string().max(1024) })).output(importPreview),
  /** Brings all of it in, or nothing. Chats get new ids. Rejects like `inspect`, and `IMAGE_*` for a picture that cannot be decoded. */
  import: route.input(byId.extend({ name: z.string().max(1024), identical: z.enum(identicalChats).default('skip') })).output(importOutcome),
  /** Deletes the file of an export or import that is done with. */
  discard: route.input(byId).output(z.object({})),
}

import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { id } from './domains/chat.ts'
import { cell, exportOptions, extractionRecord, region, review, run, runItem } from './domains/extraction.ts'
import { imageRef, sha256 } from './domains/image.ts'
import { storedTemplate, template, templateVersion } from './domains/template.ts'

const route = oc.errors({ APP: { data: z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }) } })
const byId = z.object({ id })
const nothing = z.object({})
const path = z.string().min(1).max(4096)

/** The part of the API about what is to be read from documents. */
export const templatesApi = {
  /** Shipped ones first, then people's own, the last changed first. */
  list: route.output(z.array(storedTemplate)),
  /** `TEMPLATE_MISSING` also where there is no such version of it. */
  get: route.input(byId.extend({ version: z.number().int().positive().optional() })).output(storedTemplate),
  /** Newest first. */
  versions: route.input(byId).output(z.array(templateVersion)),
  /**
   * A new version of an own template, or a new template: without `id`, or with that of a shipped one. What is saved already
   * makes neither. `TEMPLATE_INVALID`.
   */
  save: route.input(z.object({ id: id.optional(), template })).output(storedTemplate),
  /** Hides it; `restore` brings it back. It is deleted for good at the next start; runs keep what they have of it. `TEMPLATE_SHIPPED`. */
  remove: route.input(byId).output(nothing),
  restore: route.input(byId).output(storedTemplate),
  /** A template from the text of a template file or of a JSON Schema; `name` is the file's. Nothing is stored. `TEMPLATE_INVALID`. */
  read: route.input(z.object({ text: z.string().max(1_000_000), name: z.string().max(1024) })).output(template),
  /** The text of a file, and a name for it. `TEMPLATE_INVALID`. */
  write: route.input(z.object({ template, format: z.enum(['template', 'schema']) })).output(z.object({ text: z.string(), name: z.string() })),
  /** The question that the model gets, and a record as it may come out. */
  preview: route.input(z.object({ template })).output(z.object({ question: z.string(), example: z.string() })),
  /**
   * A page (from 1) of a picture, PDF or TIFF file, as a picture in the image store that `try` takes, and how many pages the file has.
   * Of a PDF nothing but that page is kept. Rejects the codes of pictures, documents and pages.
   */
  page: route.input(z.object({ file: z.instanceof(Blob), name: z.string().max(1024), page: z.number().int().positive().default(1) })).output(z.object({ picture: imageRef, pages: z.number().int().positive() })),
  /** Reads one stored picture; cells as they are ready, then all of them with the checks between them. */
  try: route.input(z.object({ template, image: sha256, regions: z.array(region).max(20).default([]) })).output(
    eventIterator(z.discriminatedUnion('type', [z.object({ type: z.literal('progress'), fraction: z.number().nullable() }), z.object({ type: z.literal('cell'), name: z.string(), cell }), z.object({ type: z.literal('end'), cells: z.record(z.string(), cell), smallPrint: z.boolean() })])),
  ),
}

/** The part of the API about piles of documents and what was read from them. */
export const runsApi = {
  /** All runs now, then again at every change, at most a few times a second. */
  watch: route.output(eventIterator(z.array(run))),
  create: route.input(z.object({ templateId: id, name: z.string().trim().max(200).default(''), mode: z.enum(['auto', 'fields', 'whole']).default('auto'), per: z.enum(['page', 'file']).default('page'), threshold: z.number().min(0).max(1).optional() })).output(run),
  /**
   * Adds files or whole folders where they lie. Only where the host knows paths. `pages` as "1-3, 5, 8-"; empty: all. Returns how many
   * files joined. What is in them shows later: pages become items of their own, duplicates skipped items, bad files failed ones.
   * `PATH_NOT_WHOLE` for one that is not absolute, `PAGES_INVALID`, `FOLDER_TOO_MANY_FILES`.
   */
  addPaths: route.input(byId.extend({ paths: z.array(path).min(1).max(10_000), pages: z.string().max(200).default('') })).output(z.object({ added: z.number().int() })),
  /** Adds a file whose bytes are stored. */
  addFile: route.input(byId.extend({ file: z.instanceof(Blob), name: z.string().max(1024), pages: z.string().max(200).default('') })).output(z.object({ added: z.number().int() })),
  /** Null: no folder is watched any more. `PATH_NOT_WHOLE` for one that is not absolute. */
  setWatched: route.input(byId.extend({ folder: path.nullable() })).output(run),
  pause: route.input(byId).output(run),
  resume: route.input(byId).output(run),
  setThreshold: route.input(byId.extend({ threshold: z.number().min(0).max(1) })).output(run),
  /** Hides it; `restore` brings it back. It is deleted for good at the next start. */
  remove: route.input(byId).output(nothing),
  restore: route.input(byId).output(run),
  items: route.input(byId.extend({ from: z.number().int().min(0).default(0), count: z.number().int().min(1).max(1000).default(200) })).output(z.object({ items: z.array(runItem), total: z.number().int() })),
  /** Reads items again, whatever became of them; all failed ones where none are named. A record stays until there is a new one; what people edited in it stays then, too. */
  retry: route.input(byId.extend({ items: z.array(id).optional() })).output(nothing),
  /** Puts a waiting item before another one, or at the end. */
  move: route.input(z.object({ item: id, before: id.nullable() })).output(nothing),
  removeItem: route.input(z.object({ item: id })).output(nothing),
  /** Records in the order of the queue. */
  records: route.input(byId.extend({ from: z.number().int().min(0).default(0), count: z.number().int().min(1).max(1000).default(200) })).output(z.object({ records: z.array(extractionRecord), total: z.number().int() })),
  /** What a person makes of a cell, in place of whatever they made of it before; null: nothing, so that the model's answer holds again. */
  review: route.input(z.object({ record: id, field: z.string(), review: review.nullable() })).output(extractionRecord),
  /** Reads fields of a record once more, from a part of its page. `page` (from 1) where it was made of several; absent: the first. */
  readAgain: route.input(z.object({ record: id, fields: z.array(z.string()).min(1).max(60), region, page: z.number().int().positive().optional() })).output(extractionRecord),
  /** The page of an item as a picture in the image store. `page` as with `readAgain`. */
  page: route.input(z.object({ item: id, page: z.number().int().positive().optional() })).output(z.object({ image: sha256, width: z.number().int(), height: z.number().int() })),
  export: route.input(byId.extend({ options: exportOptions })).output(z.object({ file: z.instanceof(Blob), name: z.string() })),
}

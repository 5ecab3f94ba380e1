import * as z from 'zod'
import { promptTemplates } from '../promptTemplates.ts'
import { errorData, id } from './chat.ts'
import { sha256 } from './image.ts'
import { template } from './template.ts'

/** A value of one piece; money and numbers are numbers, days are ISO 8601. */
export const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
export type Scalar = z.infer<typeof scalar>

/** A part of a page, in shares of its width and height. */
export const region = z.object({ x: z.number().min(0).max(1), y: z.number().min(0).max(1), width: z.number().gt(0).max(1), height: z.number().gt(0).max(1) })
export type Region = z.infer<typeof region>

/** One value as it was read. */
export const reading = z.object({
  value: scalar,
  /** As printed, where the value was made of it (days, numbers); null for `null`. */
  printed: z.string().nullable(),
  /** How likely it is right, 0..1, from log-probabilities before the grammar masks and from the checks. */
  confidence: z.number().min(0).max(1),
})
export type Reading = z.infer<typeof reading>

/**
 * `ok`; `unsure`: below the threshold; `failedCheck`; `absent`: the model says that it is not on the page; `cutOff`: the token
 * limit ended it; `repeated`: the model repeated itself and was stopped; `unreadable`: it is there, but could not be read.
 */
export const cellStatuses = ['ok', 'unsure', 'failedCheck', 'absent', 'cutOff', 'repeated', 'unreadable'] as const

export const checkCodes = ['required', 'pattern', 'range', 'length', 'number', 'date', 'choice', 'checksum', 'sum', 'product', 'order', 'needs'] as const
/** A check that failed. `params` for its sentence. */
export const failedCheck = z.object({ code: z.enum(checkCodes), params: z.record(z.string(), z.union([z.string(), z.number()])) })
export type FailedCheck = z.infer<typeof failedCheck>

const content = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('one'), reading }),
  z.object({ kind: z.literal('list'), items: z.array(reading) }),
  /** Each row has every column. */
  z.object({ kind: z.literal('table'), rows: z.array(z.record(z.string(), reading)) }),
])
export type CellContent = z.infer<typeof content>

/** What became of one field on one page, before anybody reviews it. */
export const cell = z.object({
  content,
  /** Of a list or table: its least. */
  confidence: z.number().min(0).max(1),
  status: z.enum(cellStatuses),
  checks: z.array(failedCheck),
  /** The part of the page that it was read from, where that was not the whole. */
  region: region.nullable(),
})
export type Cell = z.infer<typeof cell>

/** What a person made of a cell. The model's own stays beside it. */
export const review = z.discriminatedUnion('state', [
  z.object({ state: z.literal('accepted') }),
  z.object({ state: z.literal('edited'), content }),
  z.object({ state: z.literal('unreadable') }),
])
export type Review = z.infer<typeof review>

/** What made a record; enough to make it once more. What has a default was not yet written down when the first records were made. */
export const provenance = z.object({
  app: z.string(),
  /** `parts`: of a model in several files the SHA-256 of each, in their order, the first of which is `sha256`; of one file: none. */
  model: z.object({ name: z.string(), sha256: sha256.nullable(), parts: z.array(sha256).default([]) }),
  projector: z.object({ name: z.string(), sha256: sha256.nullable() }).nullable(),
  /** LoRA adapters on top of the model, in their order; null: nobody wrote down which. */
  adapters: z.array(z.object({ name: z.string(), sha256: sha256.nullable(), scale: z.number() })).nullable().default(null),
  /** How the conversation was written for the model; null: nobody wrote it down. */
  conversation: z.enum(promptTemplates).nullable().default(null),
  /** BCP 47: how numbers and days were taken to be printed where nothing clearer was known; null: nobody wrote it down. */
  locale: z.string().nullable().default(null),
  template: z.object({ id, version: z.number().int(), sha256 }),
  mode: z.enum(['fields', 'whole']),
  temperature: z.number(),
  seed: z.number().int(),
  /**
   * The document's bytes, its name as given, which of its pages (from 1), and how many it has. Where a record is made of several
   * pages, `page` is the first of them and `allPages` has all, in the order they were read.
   */
  source: z.object({ sha256, name: z.string(), page: z.number().int().positive(), pages: z.number().int().positive(), allPages: z.array(z.number().int().positive()).optional() }),
  at: z.number().int(),
})
export type Provenance = z.infer<typeof provenance>

/** What was read from a page (or from a file with all its pages). Cells by the names of fields, in the template's order. */
export const extractionRecord = z.object({
  id,
  runId: id,
  itemId: id,
  cells: z.record(z.string(), cell),
  reviews: z.record(z.string(), review),
  /** Print was too small for the model even in parts. */
  smallPrint: z.boolean(),
  provenance,
})
export type ExtractionRecord = z.infer<typeof extractionRecord>

export const itemStates = ['waiting', 'reading', 'done', 'failed', 'skipped'] as const
/** One page of the queue, or one file where a record is made of all its pages. */
export const runItem = z.object({
  id,
  runId: id,
  /** Place in the queue. */
  position: z.number(),
  name: z.string(),
  /** From 1; null: the whole file, or nobody has looked yet how many pages it has. */
  page: z.number().int().positive().nullable(),
  state: z.enum(itemStates),
  attempts: z.number().int(),
  /** Why it failed or was skipped; of one that is done: why reading it again failed. Its record is then that of the time before. */
  error: errorData.nullable(),
  recordId: id.nullable(),
})
export type RunItem = z.infer<typeof runItem>

/** A pile of documents, read with one template. */
export const run = z.object({
  id,
  name: z.string(),
  templateId: id,
  templateVersion: z.number().int(),
  template,
  mode: z.enum(['fields', 'whole']),
  /** One record per page, or one per file. */
  per: z.enum(['page', 'file']),
  /** `paused` by a person, or since nothing can be read now (`error`). A watched run is never `done`, nor is one without files. */
  state: z.enum(['running', 'paused', 'done']),
  error: errorData.nullable(),
  /** A folder whose new files join by themselves. */
  watched: z.string().nullable(),
  /** Values less likely right than this are unsure. */
  threshold: z.number().min(0).max(1),
  counts: z.object({ waiting: z.number().int(), reading: z.number().int(), done: z.number().int(), failed: z.number().int(), skipped: z.number().int() }),
  /** Cells that are to be looked at and that nobody has looked at; see `needsReview.ts`. */
  toReview: z.number().int(),
  /** Of what is left, from the pages so far; null before the first. */
  millisecondsLeft: z.number().nullable(),
  createdAt: z.number().int(),
})
export type Run = z.infer<typeof run>

export const exportFormats = ['csv', 'xlsx', 'json', 'jsonl'] as const
export const exportOptions = z.object({
  format: z.enum(exportFormats),
  /** CSV; null: as spreadsheets of the locale have it. */
  delimiter: z.enum([',', ';', '\t']).nullable().default(null),
  /** CSV: a byte order mark, which Excel wants. */
  bom: z.boolean().default(true),
  locale: z.string().max(35),
  /** Records with cells that are still to be reviewed are left out. */
  reviewedOnly: z.boolean().default(false),
  /** The status and confidence of each field and the time of each record, too. A run that is made again has another time. */
  details: z.boolean().default(false),
})
export type ExportOptions = z.infer<typeof exportOptions>

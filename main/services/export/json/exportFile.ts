import * as z from 'zod'
import { id } from '../../../contract/domains/chat.ts'
import { cell, provenance, review, run, scalar } from '../../../contract/domains/extraction.ts'
import { template } from '../../../contract/domains/template.ts'

/** Names the form of JSON and JSONL exports; another form gets another number. */
export const exportFormat = 'llava-desk-export/1'

/** A run without its records; enough to begin it once more. */
export const exportedRun = z.object({
  name: run.shape.name,
  mode: run.shape.mode,
  per: run.shape.per,
  threshold: run.shape.threshold,
  templateId: id,
  templateVersion: run.shape.templateVersion,
})
export type ExportedRun = z.infer<typeof exportedRun>

/** A value, a list of values, or a table's rows by the names of its columns. */
export const exportedValue = z.union([scalar, z.array(scalar), z.array(z.record(z.string(), scalar))])
export type ExportedValue = z.infer<typeof exportedValue>

export const exportedRecord = z.object({
  /** Its place in the run, from 1. */
  number: z.number().int().positive(),
  /** What stands in the fields after review; null also for what is unreadable. */
  values: z.record(z.string(), exportedValue),
  /** What the model read, and what a person made of it. */
  cells: z.record(z.string(), cell.extend({ review: review.nullable() })),
  smallPrint: z.boolean(),
  provenance: provenance.omit({ at: true }).extend({ at: z.iso.datetime().optional() }),
})
export type ExportedRecord = z.infer<typeof exportedRecord>

/** A JSON export. */
export const exportDocument = z.object({ format: z.literal(exportFormat), run: exportedRun, template, records: z.array(exportedRecord) })
export type ExportDocument = z.infer<typeof exportDocument>

/** A line of a JSONL export: it says all by itself. */
export const exportLine = exportedRecord.extend({ format: z.literal(exportFormat), run: exportedRun, template })
export type ExportLine = z.infer<typeof exportLine>

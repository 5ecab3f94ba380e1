import type { ExtractionRecord, Run } from '../../contract/domains/extraction.ts'

/** What an export is made of: a run and its records, in the order of the queue. */
export interface ExportInput {
  readonly run: Pick<Run, 'name' | 'template' | 'mode' | 'per' | 'threshold' | 'templateId' | 'templateVersion'>
  readonly records: readonly ExtractionRecord[]
}

/** A record with its place in the run, from 1. It keeps that number where others are left out. */
export interface NumberedRecord {
  readonly number: number
  readonly record: ExtractionRecord
}

/** A finished file. The same input and options always make the same bytes. */
export interface ExportFile {
  readonly bytes: Uint8Array
  /** A file name for every system, with its ending. */
  readonly name: string
  readonly mediaType: string
}

import type { ErrorData } from '../../../contract/errors/AppError.ts'
import type { ExportInput } from '../../../services/export/exportInput.ts'
import type { Difference } from './differenceFrom.ts'

/** What is to be read. */
export interface ExtractRequest {
  /** The name of a template, or the path of a file as it was typed. */
  readonly template: string
  /** Null: as the template has it, or the export of the run that is repeated. */
  readonly mode: 'whole' | 'fields' | null
  /** As they were given, absolute: files, folders and patterns. By them a run is known again. */
  readonly inputs: readonly string[]
  /** What they are now, absolute: files, and folders with all that is below them. */
  readonly paths: readonly string[]
  /** Absolute: what is no document, also where it lies among them, such as the table that is written. */
  readonly except: ReadonlySet<string>
  /** Goes on with the run of these inputs that was interrupted; what has come into them since joins it. */
  readonly resume: boolean
}

/** Pages or files of the queue. */
export interface ExtractCounts {
  readonly done: number
  readonly failed: number
  /** Read before, byte for byte. */
  readonly skipped: number
  readonly total: number
}

/** An input that could not be read. */
export interface FailedInput {
  readonly name: string
  /** From 1; null: the whole file. */
  readonly page: number | null
  readonly error: ErrorData
}

export type ExtractStep =
  /** Before anything is read: the run that is repeated may come out otherwise. */
  | { readonly type: 'difference'; readonly difference: Difference }
  /** `millisecondsLeft`: null before the first page is read. */
  | { readonly type: 'progress'; readonly counts: ExtractCounts; readonly millisecondsLeft: number | null }
  /** The last one. */
  | { readonly type: 'end'; readonly counts: ExtractCounts; readonly failed: readonly FailedInput[]; readonly result: ExportInput }

/**
 * Reads a pile of documents; one bad file never stops the rest. Ends with the step `end`, or rejects what stops all of it (the
 * template, the model, the engine). When `signal` aborts, it keeps what was read for `resume` and rejects `ABORTED`.
 */
export type ExtractRun = (request: ExtractRequest, signal: AbortSignal) => AsyncIterable<ExtractStep>

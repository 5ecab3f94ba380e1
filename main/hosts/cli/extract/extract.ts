import { stat, writeFile } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import { exportFormats, type ExportOptions } from '../../../contract/domains/extraction.ts'
import { AppError } from '../../../contract/errors/AppError.ts'
import { atomicWrite } from '../../../platform/atomicWrite.ts'
import { writeError } from '../../../platform/fileErrors.ts'
import { exportRun } from '../../../services/export/exportRun.ts'
import { errorSentence } from '../../shared/errorSentence.ts'
import { checkTarget } from '../deliver.ts'
import { ProgressLine } from '../ProgressLine.ts'
import { harmless, jsonText, oneLine, type Terminal } from '../terminal.ts'
import { UsageError } from '../UsageError.ts'
import { describePile } from './describePile.ts'
import { expandPatterns } from './expandPatterns.ts'
import type { ExtractRun, ExtractStep, FailedInput } from './ExtractRun.ts'
import { InputsFailed } from './InputsFailed.ts'
import type { ExtractOptions } from './program.ts'
import { wordsOf } from './words.ts'

/** What `extract` needs from around it. */
export interface ExtractSurroundings {
  readonly run: ExtractRun
  readonly terminal: Terminal
  /** BCP 47; how spreadsheets here write numbers. */
  readonly locale: string
  /** Inputs and `--out` are relative to it. */
  readonly folder: string
  readonly signal: AbortSignal
}

type End = Extract<ExtractStep, { type: 'end' }>

/**
 * `extract`: reads the inputs and writes the table of what they say, with progress on stderr. Rejects `InputsFailed` where some
 * failed, each with its line on stderr; the table is written all the same.
 */
export async function extract(inputs: readonly string[], options: ExtractOptions, { run, terminal, locale, folder, signal }: ExtractSurroundings): Promise<void> {
  const out = options.out === undefined ? null : resolve(folder, options.out)
  const format = formatOf(options)
  // Before hours of work, not after.
  if (out !== null) await checkTarget(out)
  const paths = await expandPatterns(inputs, folder)
  const request = { template: options.template, mode: options.mode ?? null, inputs: inputs.map((input) => resolve(folder, input)), paths, except: new Set(out === null ? [] : [out]), resume: options.resume === true }
  const end = await follow(run(request, signal), basename(options.template), terminal)
  const exported = exportRun(end.result, { format, delimiter: null, bom: out !== null, locale, reviewedOnly: false, details: false })
  if (out === null) print(exported.bytes, terminal)
  else await write(out, exported.bytes)
  for (const failed of end.failed) terminal.error(`${lineOf(failed, terminal)}\n`)
  if (options.json === true) terminal.out(jsonText(summary(end, out, format)))
  else if (out !== null) terminal.error(`${oneLine(wordsOf(terminal.language).written(out, end.result.records.length))}\n`)
  if (end.failed.length > 0) throw new InputsFailed(`${end.failed.length} inputs failed`)
}

/** By what was asked for, then by the file's ending. Throws `UsageError`. */
export function formatOf({ format, out, json }: ExtractOptions): ExportOptions['format'] {
  if (json === true && out === undefined) throw new UsageError('--json needs --out: without it, the table itself goes to stdout')
  const ending = out === undefined ? '' : extname(out).slice(1).toLowerCase()
  const chosen = format ?? exportFormats.find((known) => known === ending) ?? (ending === 'ndjson' ? 'jsonl' : 'csv')
  if (chosen === 'xlsx' && out === undefined) throw new UsageError('--format xlsx needs --out: a workbook is no text')
  return chosen
}

async function follow(steps: AsyncIterable<ExtractStep>, template: string, terminal: Terminal): Promise<End> {
  const line = new ProgressLine(terminal, describePile)
  try {
    for await (const step of steps) {
      if (step.type === 'end') return step
      if (step.type === 'difference') terminal.error(`${oneLine(wordsOf(terminal.language).difference(template, step.difference))}\n`)
      else line.show(step)
    }
  } finally {
    line.clear()
  }
  throw new AppError('INTERNAL', { detail: 'the run has no end' })
}

function print(bytes: Uint8Array, terminal: Terminal): void {
  const text = new TextDecoder().decode(bytes)
  terminal.out(terminal.outIsScreen ? harmless(text) : text)
}

/** A file is replaced whole; anything else (a pipe, a device) is written to as it is. */
async function write(out: string, bytes: Uint8Array): Promise<void> {
  const found = await stat(out).catch(() => null)
  try {
    if (found === null || found.isFile()) await atomicWrite(out, bytes)
    else await writeFile(out, bytes)
  } catch (error) {
    throw writeError(error, out)
  }
}

/** One line in any case, without what a terminal would act upon: names come from strangers. */
function lineOf({ name, page, error }: FailedInput, { language }: Terminal): string {
  const place = page === null ? name : `${name}, ${wordsOf(language).page(page)}`
  return oneLine(`${place}: ${errorSentence(error, language)}`)
}

/** The object of `--json`; its keys are documented and stay. */
function summary({ counts, failed, result }: End, out: string | null, format: ExportOptions['format']): object {
  return {
    out,
    format,
    records: result.records.length,
    read: counts.done,
    skipped: counts.skipped,
    failed: failed.map(({ name, page, error }) => ({ name, page, code: error.code, message: errorSentence(error, 'en') })),
  }
}

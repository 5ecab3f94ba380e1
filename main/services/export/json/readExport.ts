import { isDeepStrictEqual } from 'node:util'
import type { Template } from '../../../contract/domains/template.ts'
import { AppError } from '../../../contract/errors/AppError.ts'
import { unreachable } from '../../../platform/unreachable.ts'
import { exportDocument, exportLine, type ExportedRecord, type ExportedRun } from './exportFile.ts'

/** A file that records were made of. */
export interface RepeatableInput {
  readonly name: string
  readonly sha256: string
  /** From 1, in the order they were read; null: the whole file made one record. */
  readonly pages: readonly number[] | null
}

/** What decides the bytes of a run beside its template and its inputs. */
const decisive = ['app', 'model', 'projector', 'adapters', 'conversation', 'locale', 'temperature', 'seed'] as const
export type DecisivePart = (typeof decisive)[number]

/** Each part as all records have it; null where they differ, or where there are none. */
type Origin = { readonly [Part in DecisivePart]: ExportedRecord['provenance'][Part] | null }

/** What a run was made of, so that it can be made once more. */
export interface RepeatableRun extends ExportedRun, Origin {
  readonly template: Template
  /**
   * What this export does not say, or says in more than one way: an earlier version wrote less of it down, or something was changed
   * while the run was read. Where there is any of it, the run cannot be made again with certainty; else it gives the same bytes.
   */
  readonly missing: readonly DecisivePart[]
  /** In the order of the records. */
  readonly inputs: readonly RepeatableInput[]
}

/**
 * Reads a JSON or JSONL export back. The content of a file from anywhere: all of it is checked.
 * @param name The file, for the error. Throws `EXPORT_UNREADABLE`.
 */
export function readExport(text: string, name: string): RepeatableRun {
  const { run, template, records } = parsed(withoutMark(text), name)
  return {
    ...run,
    template,
    ...originOf(records),
    missing: decisive.filter((part) => onlyOne(records, part) === undefined || !records.every(({ provenance }) => isWritten(part, provenance))),
    inputs: inputsOf(records, run.per),
  }
}

/** Whether a text is meant as an export, also where it is none any more: cut off, of another form, with a line that was lost. */
export function isExport(text: string): boolean {
  const bare = withoutMark(text).trimStart()
  const [line = ''] = bare.split('\n', 1)
  return beginning.test(bare) || [bare, line].some((part) => isOurs(jsonOf(part)))
}

const family = 'llava-desk-export/'
/** As we write it: what was cut off is no JSON any more. */
const beginning = /^\{\s*"format"\s*:\s*"llava-desk-export\//

function isOurs(content: unknown): boolean {
  return typeof content === 'object' && content !== null && 'format' in content && typeof content.format === 'string' && content.format.startsWith(family)
}

const withoutMark = (text: string): string => text.replace(/^\ufeff/, '')

interface Parsed {
  readonly run: ExportedRun
  readonly template: Template
  readonly records: readonly ExportedRecord[]
}

function parsed(text: string, name: string): Parsed {
  const whole = jsonOf(text)
  // An object with records is a JSON export; a JSONL export of one record is an object, too.
  if (typeof whole === 'object' && whole !== null && 'records' in whole) return checked(exportDocument.safeParse(whole), name, null)
  const lines = text.split('\n').filter((line) => line.trim() !== '').map((line, index) => checked(exportLine.safeParse(jsonOf(line)), name, index + 1))
  const [first] = lines
  if (first === undefined) throw new AppError('EXPORT_UNREADABLE', { name, detail: 'empty' })
  const { run, template } = first
  const other = lines.findIndex((line) => JSON.stringify([line.run, line.template]) !== JSON.stringify([run, template]))
  if (other !== -1) throw new AppError('EXPORT_UNREADABLE', { name, detail: `line ${other + 1}: another run` })
  return { run, template, records: lines }
}

/** Undefined for what is no JSON, which no schema takes. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type Outcome<T> = { readonly success: true; readonly data: T } | { readonly success: false; readonly error: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] } }

function checked<T>(outcome: Outcome<T>, name: string, line: number | null): T {
  if (outcome.success) return outcome.data
  const [issue] = outcome.error.issues
  const place = [...(line === null ? [] : [`line ${line}`]), ...(issue?.path.map(String) ?? [])].join(' / ')
  throw new AppError('EXPORT_UNREADABLE', { name, detail: [place, issue?.message ?? ''].filter((part) => part !== '').join(': ') })
}

function originOf(records: readonly ExportedRecord[]): Origin {
  return Object.fromEntries(decisive.map((part) => [part, onlyOne(records, part) ?? null])) as unknown as Origin
}

/** What all records have; undefined where they differ, or where there are none. */
function onlyOne<Part extends DecisivePart>(records: readonly ExportedRecord[], part: Part): ExportedRecord['provenance'][Part] | undefined {
  const [first, ...others] = records.map(({ provenance }) => provenance[part])
  return others.every((other) => isDeepStrictEqual(other, first)) ? first : undefined
}

/** A name alone does not say which model it was. */
function isWritten(part: DecisivePart, { model, projector, adapters, conversation, locale }: ExportedRecord['provenance']): boolean {
  switch (part) {
    case 'model':
      return model.sha256 !== null
    case 'projector':
      return projector?.sha256 !== null
    case 'adapters':
      return adapters?.every(({ sha256 }) => sha256 !== null) === true
    case 'conversation':
      return conversation !== null
    case 'locale':
      return locale !== null
    case 'app':
    case 'temperature':
    case 'seed':
      return true
    default:
      return unreachable(part)
  }
}

function inputsOf(records: readonly ExportedRecord[], per: ExportedRun['per']): RepeatableInput[] {
  const inputs = new Map<string, { name: string; sha256: string; pages: number[] | null }>()
  for (const { provenance: { source: { name, sha256, page, pages, allPages = [page] } } } of records) {
    const known = inputs.get(sha256)
    if (known === undefined) inputs.set(sha256, { name, sha256, pages: per === 'page' ? [page] : allPages.length === pages ? null : [...allPages] })
    else if (known.pages?.includes(page) === false) known.pages.push(page)
  }
  return [...inputs.values()]
}

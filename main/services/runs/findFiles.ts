import { readdir, stat } from 'node:fs/promises'
import type { Dirent } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { AppError, toAppError } from '../../contract/errors/AppError.ts'
import type { ErrorData } from '../../contract/errors/AppError.ts'
import { readError } from '../../platform/fileErrors.ts'

/** A file that somebody named, or that lies in a folder somebody named. */
export interface FoundPath {
  /** Absolute. */
  readonly path: string
  /** The file's name; of one in a folder, its way from there, with "/" on every system. */
  readonly name: string
  /** What cannot be read at all, and why. */
  readonly error: ErrorData | null
}

/** Most files that are taken from one folder, with those below it. */
export const MOST_FILES = 20_000

/**
 * What systems and other programs leave in folders: their own lists, locks, and files that are not whole yet. And the tables that were
 * made of the documents there, which would fail in every later run.
 */
const NO_DOCUMENT = /^(?:\.|~\$|thumbs\.db$|desktop\.ini$|\$recycle\.bin$|system volume information$|__macosx$)|\.(?:part|crdownload|download|tmp|lnk|csv|xlsx|json|jsonl|ndjson)$/i

const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/**
 * All files of these paths, folders with everything below them, in the natural order of their names ("2" before "10"). Hidden files and
 * tables are left out, those named outright are not. What is missing or cannot be read comes with its error. Rejects `FOLDER_TOO_MANY_FILES`.
 */
export async function findFiles(paths: readonly string[], most = MOST_FILES): Promise<FoundPath[]> {
  const found: FoundPath[] = []
  for (const given of paths) {
    const path = resolve(given)
    const isFolder = await stat(path).then((stats) => stats.isDirectory(), () => false)
    if (isFolder) found.push(...(await filesBelow(path, most)))
    else found.push({ path, name: basename(path), error: null })
  }
  return found.sort((one, other) => compareNames(one.name, other.name))
}

/** The files in a folder and below it. Rejects `FOLDER_TOO_MANY_FILES`. */
export async function filesBelow(folder: string, most = MOST_FILES): Promise<FoundPath[]> {
  const found: FoundPath[] = []
  const left: { readonly path: string; readonly name: string }[] = [{ path: folder, name: '' }]
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    for (const entry of await entriesOf(next.path, next.name, found)) {
      const name = next.name === '' ? entry.name : `${next.name}/${entry.name}`
      const path = join(next.path, entry.name)
      // Folders behind links are left out: they may lead back here.
      if (entry.isDirectory()) left.push({ path, name })
      else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(path)))) found.push({ path, name, error: null })
      if (found.length + left.length > most) throw new AppError('FOLDER_TOO_MANY_FILES', { path: folder, most })
    }
  }
  return found
}

async function entriesOf(path: string, name: string, found: FoundPath[]): Promise<Dirent[]> {
  try {
    return (await readdir(path, { withFileTypes: true })).filter((entry) => !NO_DOCUMENT.test(entry.name))
  } catch (error) {
    const { code, params } = toAppError(readError(error, path))
    found.push({ path, name: name === '' ? basename(path) : name, error: { code, params } })
    return []
  }
}

/** A link that leads nowhere is a file that cannot be opened, which shows when it is. */
async function isFile(path: string): Promise<boolean> {
  return await stat(path).then((stats) => stats.isFile(), () => true)
}

/** The natural order of names with folders, so that the files of one folder stay together. */
export function compareNames(one: string, other: string): number {
  const [left, right] = [one.split('/'), other.split('/')]
  for (const [index, part] of left.entries()) {
    const order = byName.compare(part, right[index] ?? '')
    if (order !== 0) return order
  }
  return left.length - right.length || (one < other ? -1 : Number(one > other))
}

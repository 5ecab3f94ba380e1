import { findFiles } from '../../../services/runs/findFiles.ts'
import { contentOf } from '../../../services/templates/templateFile.ts'
import type { RunRow } from '../../../storage/runs.ts'
import type { ExtractRequest } from './ExtractRun.ts'
import { inParts } from './inParts.ts'
import type { Reading } from './withReading.ts'

/** A run to go on with. */
export interface Interrupted {
  readonly id: string
  /** Paths of the files that are in it. */
  readonly files: ReadonlySet<string>
  /** Whether the inputs hold a file that is not in it. */
  readonly isGrown: boolean
  /** Whether more inputs are given than it was begun with. */
  readonly hasMoreInputs: boolean
}

/**
 * The newest run of the same template and way of reading, first of those that were not finished: of the same inputs, or of exactly
 * the same files. Else one that was not finished, was begun with some of the inputs, with as many of them as any, and that nobody
 * works on: where a shell writes out a pattern, a file that came since is another input; but a process that lives is in the middle of
 * what it was given, and that is no more. Null where there is none.
 */
export async function interruptedRun({ store, template, repeated }: Pick<Reading, 'store' | 'template' | 'repeated'>, { inputs, paths, mode: asked, except }: ExtractRequest): Promise<Interrupted | null> {
  const now = new Set((await findFiles(paths)).map(({ path }) => path).filter((path) => !except.has(path)))
  const wanted = new Set(inputs)
  const content = contentOf(template.template)
  const mode = asked ?? repeated?.mode ?? null
  const per = repeated?.per ?? 'page'
  const alike = store.runs.list().filter((run) => run.watched === null && run.per === per && (mode === null || run.mode === mode) && contentOf(run.template) === content)
  const same = alike.filter((run) => isSame(new Set(run.inputs), wanted) || (now.size > 0 && isSame(filesOf(run, store), now)))
  const isOpen = ({ state }: RunRow): boolean => state !== 'done'
  const hasLess = ({ inputs: given }: RunRow): boolean => given !== null && given.length > 0 && given.every((input) => wanted.has(input))
  const found = same.find(isOpen) ?? same[0]
  const isLeft = ({ worker }: RunRow): boolean => worker === null || !store.lock.isAlive(worker)
  const run = found ?? alike.filter((other) => isOpen(other) && hasLess(other) && isLeft(other)).sort((one, other) => inputsOf(other) - inputsOf(one))[0]
  if (run === undefined) return null
  const files = filesOf(run, store)
  return { id: run.id, files, isGrown: [...now].some((path) => !files.has(path)), hasMoreInputs: found === undefined }
}

function inputsOf({ inputs }: RunRow): number {
  return new Set(inputs).size
}

function filesOf({ id }: RunRow, store: Reading['store']): Set<string> {
  const files = new Set<string>()
  for (const { path } of inParts((from, count) => store.runItems.page(id, from, count))) files.add(path ?? '')
  return files
}

function isSame(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((value) => other.has(value))
}

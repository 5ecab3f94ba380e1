import type { ExtractionRecord, Run } from '../../../contract/domains/extraction.ts'
import { AppError } from '../../../contract/errors/AppError.ts'
import { findFiles } from '../../../services/runs/findFiles.ts'
import { contentOf } from '../../../services/templates/templateFile.ts'
import type { ExtractCounts, ExtractRequest, ExtractRun, ExtractStep, FailedInput } from './ExtractRun.ts'
import type { Reading } from './withReading.ts'

/** Items or records that are read of the store at a time. */
const AT_A_TIME = 500

/** Reads a pile as a run of the data folder, so that a kill loses nothing and `--resume` goes on; see `ExtractRun`. */
export function readPile({ store, template, runs }: Reading): ExtractRun {
  return async function* ({ paths, mode, resume }: ExtractRequest, signal: AbortSignal): AsyncGenerator<ExtractStep, void, undefined> {
    const earlier = resume ? await interrupted({ store, template, runs }, paths, mode) : null
    const run = earlier ?? (await runs.runs.create({ templateId: template.id, mode: mode ?? 'auto', isOwn: true }))
    if (earlier === null) await runs.files.addPaths(run.id, paths)
    else goOnWith(earlier, store, runs)
    runs.goOn(run.id)
    for await (const all of runs.runs.watch(signal)) {
      const now = all.find(({ id }) => id === run.id)
      if (now === undefined) throw new AppError('RUN_MISSING')
      yield { type: 'progress', counts: countsOf(now), millisecondsLeft: now.millisecondsLeft }
      // Nobody pauses it but what keeps every page from being read.
      if (now.state === 'paused' && now.error !== null) throw new AppError(now.error.code, now.error.params)
      if (now.state !== 'done') continue
      yield { type: 'end', counts: countsOf(now), failed: failedOf(now, runs), result: { run: now, records: recordsOf(now, runs) } }
      return
    }
    // An app must not go on by itself with what was stopped here.
    runs.runs.pause(run.id)
    throw new AppError('ABORTED')
  }
}

/** Takes over an earlier run, unless a process that lives works on it: then that one goes on, and this one looks on. */
function goOnWith(run: Run, store: Reading['store'], { runs }: Reading['runs']): void {
  const worker = store.runs.find(run.id)?.worker ?? null
  if (worker === null || !store.lock.isAlive(worker)) store.runs.take(run.id, store.lock.token)
  if (run.state === 'paused') runs.resume(run.id)
}

/** The newest run of the same template, way of reading and files. */
async function interrupted({ store, template, runs }: Omit<Reading, 'signal'>, paths: readonly string[], mode: ExtractRequest['mode']): Promise<Run | null> {
  const wanted = [...new Set((await findFiles(paths)).map(({ path }) => path))].sort().join('\n')
  const isOfThese = (run: Run): boolean => {
    const found = new Set<string>()
    for (let from = 0; ; from += AT_A_TIME) {
      const items = store.runItems.page(run.id, from, AT_A_TIME)
      for (const { path } of items) found.add(path ?? '')
      if (items.length < AT_A_TIME) return [...found].sort().join('\n') === wanted
    }
  }
  return runs.runs.list().find((run) => contentOf(run.template) === contentOf(template.template) && (mode === null || run.mode === mode) && isOfThese(run)) ?? null
}

function countsOf({ counts: { waiting, reading, done, failed, skipped } }: Run): ExtractCounts {
  return { done, failed, skipped, total: waiting + reading + done + failed + skipped }
}

function failedOf({ id }: Run, { runs }: Reading['runs']): FailedInput[] {
  const failed: FailedInput[] = []
  for (let from = 0; ; from += AT_A_TIME) {
    const { items } = runs.items(id, from, AT_A_TIME)
    for (const { state, name, page, error } of items) if (state === 'failed' && error !== null) failed.push({ name, page, error })
    if (items.length < AT_A_TIME) return failed
  }
}

function recordsOf({ id }: Run, { records }: Reading['runs']): ExtractionRecord[] {
  const all: ExtractionRecord[] = []
  for (let from = 0; ; from += AT_A_TIME) {
    const page = records.list(id, from, AT_A_TIME).records
    all.push(...page)
    if (page.length < AT_A_TIME) return all
  }
}

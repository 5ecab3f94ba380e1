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
  return async function* (request: ExtractRequest, signal: AbortSignal): AsyncGenerator<ExtractStep, void, undefined> {
    const earlier = request.resume ? await interrupted({ store, template, runs }, request) : null
    const run = earlier ?? (await begin({ template, runs }, request))
    const isOurs = earlier === null || takeOver(earlier, store, runs)
    runs.goOn(run.id)
    let isOver = false
    try {
      for await (const all of runs.runs.watch(signal)) {
        const now = all.find(({ id }) => id === run.id)
        if (now === undefined) throw new AppError('RUN_MISSING')
        yield { type: 'progress', counts: countsOf(now), millisecondsLeft: now.millisecondsLeft }
        // By what keeps every page from being read, or by a person in the app.
        if (now.state === 'paused') throw now.error === null ? new AppError('ABORTED') : new AppError(now.error.code, now.error.params)
        if (now.state !== 'done') continue
        isOver = true
        yield { type: 'end', counts: countsOf(now), failed: failedOf(now, runs), result: { run: now, records: recordsOf(now, runs) } }
        return
      }
      throw new AppError('ABORTED')
    } finally {
      // An app must not go on by itself, perhaps with another model, with what was left here.
      if (isOurs && !isOver) runs.runs.pause(run.id)
    }
  }
}

/** A new run of these files. Rejects `FILE_MISSING` where there is none, and what `addPaths` rejects; then no run is left. */
async function begin({ template, runs: { runs, files } }: Pick<Reading, 'template' | 'runs'>, { paths, mode, except }: ExtractRequest): Promise<Run> {
  const run = await runs.create({ templateId: template.id, mode: mode ?? 'auto', isOwn: true })
  try {
    if ((await files.addPaths(run.id, paths, '', except)) === 0) throw new AppError('FILE_MISSING', { path: paths.join(', ') })
    return run
  } catch (error) {
    await runs.remove(run.id)
    throw error
  }
}

/** Goes on with an earlier run. Returns false where a process that lives works on it: then that one goes on, and this one looks on. */
function takeOver(run: Run, store: Reading['store'], { runs }: Reading['runs']): boolean {
  // What a process had in hand when it was killed waits again, before that process is forgotten.
  store.runs.releaseDead((token) => store.lock.isAlive(token))
  const isFree = (store.runs.find(run.id)?.worker ?? null) === null
  if (isFree) store.runs.take(run.id, store.lock.token)
  if (run.state === 'paused') runs.resume(run.id)
  return isFree
}

/** The newest run of the same template, way of reading and files, first of those that were not finished. */
async function interrupted({ store, template, runs }: Omit<Reading, 'signal'>, { paths, mode, except }: ExtractRequest): Promise<Run | null> {
  const wanted = [...new Set((await findFiles(paths)).map(({ path }) => path).filter((path) => path !== except))].sort().join('\n')
  const isOfThese = (run: Run): boolean => {
    if (run.watched !== null || run.per !== 'page') return false
    const found = new Set<string>()
    for (let from = 0; ; from += AT_A_TIME) {
      const items = store.runItems.page(run.id, from, AT_A_TIME)
      for (const { path } of items) found.add(path ?? '')
      if (items.length < AT_A_TIME) return [...found].sort().join('\n') === wanted
    }
  }
  if (wanted === '') return null
  const same = runs.runs.list().filter((run) => contentOf(run.template) === contentOf(template.template) && (mode === null || run.mode === mode) && isOfThese(run))
  return same.find(({ state }) => state !== 'done') ?? same[0] ?? null
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

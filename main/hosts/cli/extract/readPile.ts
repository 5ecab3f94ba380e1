import type { ExtractionRecord, Run } from '../../../contract/domains/extraction.ts'
import { AppError } from '../../../contract/errors/AppError.ts'
import { unlessAborted } from '../../../platform/unlessAborted.ts'
import { checkModel } from './checkModel.ts'
import { differenceFrom, type Difference } from './differenceFrom.ts'
import type { ExtractCounts, ExtractRequest, ExtractRun, ExtractStep, FailedInput } from './ExtractRun.ts'
import { inParts } from './inParts.ts'
import { interruptedRun } from './interruptedRun.ts'
import type { Interrupted } from './interruptedRun.ts'
import type { Reading } from './withReading.ts'

/** Reads a pile as a run of the data folder, so that a kill loses nothing and `--resume` goes on; see `ExtractRun`. */
export function readPile(reading: Omit<Reading, 'signal'>): ExtractRun {
  const { store, runs } = reading
  return async function* (request: ExtractRequest, signal: AbortSignal): AsyncGenerator<ExtractStep, void, undefined> {
    const earlier = request.resume ? await interruptedRun(reading, request) : null
    if (earlier !== null) await checkModel(earlier.id, reading, signal)
    const id = earlier?.id ?? (await begin(reading, request)).id
    let isOurs = earlier === null || takeOver(id, store)
    let isOver = false
    try {
      if (earlier !== null && isOurs) await join(earlier, reading, request)
      const difference = await differenceNow(reading, signal)
      if (difference !== null) yield { type: 'difference', difference }
      runs.goOn(id)
      for await (const all of runs.runs.watch(signal)) {
        const now = all.find((run) => run.id === id)
        if (now === undefined) throw new AppError('RUN_MISSING')
        yield { type: 'progress', counts: countsOf(now), millisecondsLeft: now.millisecondsLeft }
        // By what keeps every page from being read, or by a person in the app.
        if (now.state === 'paused') throw now.error === null ? new AppError('ABORTED') : new AppError(now.error.code, now.error.params)
        if (now.state !== 'done') continue
        if (earlier !== null && !isOurs && earlier.isGrown) {
          // Who worked on it has ended without what had come since.
          isOurs = takeOver(id, store)
          if (isOurs) await join(earlier, reading, request)
          continue
        }
        isOver = true
        yield { type: 'end', counts: countsOf(now), failed: failedOf(now, runs), result: { run: now, records: recordsOf(now, runs) } }
        return
      }
      throw new AppError('ABORTED')
    } finally {
      // An app must not go on by itself, perhaps with another model, with what was left here.
      if (isOurs && !isOver) runs.runs.pause(id)
    }
  }
}

/** A new run of these files. Rejects `FILE_MISSING` where there is none, and what `addPaths` rejects; then no run is left. */
async function begin({ template, repeated, runs: { runs, files } }: Pick<Reading, 'template' | 'repeated' | 'runs'>, { inputs, paths, mode, except }: ExtractRequest): Promise<Run> {
  const { name = '', per = 'page', threshold } = repeated ?? {}
  const run = await runs.create({ templateId: template.id, name, mode: mode ?? repeated?.mode ?? 'auto', per, threshold, isOwn: true, inputs })
  try {
    if ((await files.addPaths(run.id, paths, '', except)) === 0) throw new AppError('FILE_MISSING', { path: paths.join(', ') })
    return run
  } catch (error) {
    runs.remove(run.id)
    throw error
  }
}

/** What may make this run another one than that it repeats; null where nothing does, and where it repeats none. Rejects as `checkModel` does. */
async function differenceNow({ repeated, template, origin, locale }: Pick<Reading, 'repeated' | 'template' | 'origin' | 'locale'>, signal: AbortSignal): Promise<Difference | null> {
  return repeated === null ? null : differenceFrom(repeated, { ...(await unlessAborted(origin(), signal)), locale: template.template.locale ?? locale })
}

/** Takes an earlier run. Returns false where a process that lives works on it: then that one goes on, and this one looks on. */
function takeOver(id: string, store: Reading['store']): boolean {
  return store.transaction(() => {
    // What a process had in hand when it was killed waits again, before that process is forgotten.
    store.runs.releaseDead((token) => store.lock.isAlive(token))
    const isFree = (store.runs.find(id)?.worker ?? null) === null
    if (isFree) store.runs.take(id, store.lock.token)
    return isFree
  })
}

/**
 * Goes on with a run that was taken, and adds what has come into the inputs since. Files that went meanwhile keep their places, and fail
 * where they were not read yet.
 */
async function join({ id, files, isGrown, hasMoreInputs }: Interrupted, { store, runs }: Pick<Reading, 'store' | 'runs'>, { inputs, paths, except }: ExtractRequest): Promise<void> {
  if (isGrown) await runs.files.addPaths(id, paths, '', new Set([...files, ...except]))
  if (hasMoreInputs) store.runs.setInputs(id, inputs)
  // Not before: a run of which nothing was left would be done at once, and belong to nobody when files join it.
  if (runs.runs.get(id).state === 'paused') runs.runs.resume(id)
}

function countsOf({ counts: { waiting, reading, done, failed, skipped } }: Run): ExtractCounts {
  return { done, failed, skipped, total: waiting + reading + done + failed + skipped }
}

function failedOf({ id }: Run, { runs }: Reading['runs']): FailedInput[] {
  const failed: FailedInput[] = []
  for (const { state, name, page, error } of inParts((from, count) => runs.items(id, from, count).items)) if (state === 'failed' && error !== null) failed.push({ name, page, error })
  return failed
}

function recordsOf({ id }: Run, { records }: Reading['runs']): ExtractionRecord[] {
  return [...inParts((from, count) => records.list(id, from, count).records)]
}

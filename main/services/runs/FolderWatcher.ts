import { stat } from 'node:fs/promises'
import { AppError, toAppError } from '../../contract/errors/AppError.ts'
import { nextWithin } from '../../platform/nextWithin.ts'
import { Notifier } from '../../platform/Notifier.ts'
import type { Asking, RunRow } from '../../storage/runs.ts'
import type { SeenFile } from '../../storage/watchedFiles.ts'
import { compareNames, filesBelow } from './findFiles.ts'
import type { RunPorts } from './RunPorts.ts'

/**
 * How often watched folders are looked through, in milliseconds. The systems' own notices are not used: they do not come from
 * network drives and synchronised folders, where scanners put their files, and a file must be looked at twice in any case.
 */
const LOOK_EVERY = 2000
/** Looks between which a file must not change: who writes it is done with it then. An empty one is most often about to be written. */
const STEADY_LOOKS = 1
const STEADY_LOOKS_EMPTY = 5
/** Looks that may fail one after the other (a network drive that sleeps) before the run pauses. */
const MOST_FAILURES = 5

interface Growing extends SeenFile {
  readonly looks: number
}

/** Lets new files of watched folders join their runs, as soon as they are whole. */
export class FolderWatcher {
  readonly #ports: RunPorts
  readonly #asking: () => Asking
  readonly #joined: () => void
  readonly #wake = new Notifier()
  readonly #ending = new AbortController()
  /** Files that changed at the last look, by run and path. */
  readonly #growing = new Map<string, Map<string, Growing>>()
  readonly #failures = new Map<string, number>()
  #loop: Promise<void> | null = null

  constructor(ports: RunPorts, asking: () => Asking, joined: () => void) {
    this.#ports = ports
    this.#asking = asking
    this.#joined = joined
  }

  start(): void {
    this.#loop ??= this.#lookOn()
  }

  async dispose(): Promise<void> {
    this.#ending.abort()
    this.#wake.notify()
    await this.#loop
  }

  async #lookOn(): Promise<void> {
    const { runs } = this.#ports.store
    while (!this.#ending.signal.aborted) {
      try {
        const isAny = runs.list().some(({ watched, state }) => watched !== null && state === 'running')
        for (const run of isAny ? runs.takeWatched(this.#asking()) : []) await this.#look(run)
      } catch (error) {
        this.#ports.logger.warn('Watched folders could not be looked through', { error })
      }
      await nextWithin(this.#wake, this.#ports.clock, LOOK_EVERY, this.#ending.signal)
    }
  }

  async #look(run: RunRow): Promise<void> {
    const folder = run.watched
    if (folder === null) return
    try {
      this.#join(run, await filesNow(folder))
      this.#failures.delete(run.id)
    } catch (error) {
      const failures = (this.#failures.get(run.id) ?? 0) + 1
      this.#failures.set(run.id, failures)
      if (failures < MOST_FAILURES) return
      this.#failures.delete(run.id)
      const { code, params } = toAppError(error)
      this.#ports.logger.warn('A watched folder cannot be read', { folder, error })
      this.#ports.store.runs.pause(run.id, { code, params })
      this.#joined()
    }
  }

  #join({ id, watched }: RunRow, now: readonly (SeenFile & { readonly name: string })[]): void {
    const { store } = this.#ports
    const before = this.#growing.get(id)
    const growing = new Map<string, Growing>()
    this.#growing.set(id, growing)
    const seen = store.watchedFiles.ofRun(id)
    const whole = now.filter((file) => {
      if (isSame(seen.get(file.path), file)) return false
      const last = before?.get(file.path)
      const looks = last !== undefined && isSame(last, file) ? last.looks + 1 : 0
      if (looks >= (file.bytes === 0 ? STEADY_LOOKS_EMPTY : STEADY_LOOKS)) return true
      growing.set(file.path, { ...file, looks })
      return false
    })
    if (whole.length === 0) return
    store.transaction(() => {
      // Somebody may have paused or removed the run, or chosen another folder, while this one was looked through.
      const run = store.runs.find(id)
      if (run?.state !== 'running' || run.watched !== watched) return
      store.runItems.append(id, whole.map(({ path, name }) => ({ path, stored: null, name, choice: '', error: null })))
      store.watchedFiles.add(id, whole)
    })
    this.#joined()
  }
}

/** Files of a folder and below it, as they are now. Rejects `FILE_MISSING`, `FILE_UNREADABLE`, `FOLDER_TOO_MANY_FILES`. */
export async function filesNow(folder: string): Promise<(SeenFile & { readonly name: string })[]> {
  const files: (SeenFile & { readonly name: string })[] = []
  for (const { path, name, error } of await filesBelow(folder)) {
    if (error !== null && path === folder) throw new AppError(error.code, error.params)
    const stats = error === null ? await stat(path).catch(() => null) : null
    if (stats !== null) files.push({ path, name, bytes: stats.size, changedAt: stats.mtimeMs })
  }
  return files.sort((one, other) => compareNames(one.name, other.name))
}

function isSame(one: SeenFile | undefined, other: SeenFile): boolean {
  return one !== undefined && one.bytes === other.bytes && one.changedAt === other.changedAt
}

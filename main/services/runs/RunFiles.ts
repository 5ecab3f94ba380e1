import { resolve } from 'node:path'
import { stat } from 'node:fs/promises'
import type { ErrorData } from '../../contract/errors/AppError.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { readError } from '../../platform/fileErrors.ts'
import { findFiles } from './findFiles.ts'
import { filesNow } from './FolderWatcher.ts'
import { isWholePath } from './isWholePath.ts'
import type { RunPorts } from './RunPorts.ts'

/** A choice of pages is judged before anybody knows how many pages a file has. */
const MANY_PAGES = 100_000
const NONE: ReadonlySet<string> = new Set()

/** How files join runs. They are only noted; the worker looks what they are. */
export class RunFiles {
  readonly #ports: Pick<RunPorts, 'store' | 'documents'>
  readonly #joined: () => void

  constructor(ports: Pick<RunPorts, 'store' | 'documents'>, joined: () => void) {
    this.#ports = ports
    this.#joined = joined
  }

  /**
   * Adds files and whole folders where they lie. Returns how many files joined; one that is missing joins, and fails. `choice`: the
   * pages wanted; `except`: files (absolute) that are none of them, such as the table that an earlier run wrote there. Rejects
   * `RUN_MISSING`, `PATH_NOT_WHOLE`, `PAGES_INVALID`, `FOLDER_TOO_MANY_FILES`; then nothing has joined.
   */
  async addPaths(runId: string, paths: readonly string[], choice = '', except: ReadonlySet<string> = NONE): Promise<number> {
    this.#check(runId, choice)
    for (const path of paths) checkIsWhole(path)
    const found = (await findFiles(paths)).filter(({ path }) => !except.has(path))
    this.#append(runId, found.map(({ path, name, error }) => ({ path, stored: null, name, choice, error })))
    return found.length
  }

  /** Adds a file that came as bytes, and keeps it. Rejects `RUN_MISSING`, `PAGES_INVALID`, `DISK_FULL`, `FOLDER_NOT_WRITABLE`. */
  async addFile(runId: string, bytes: Uint8Array, name: string, choice = ''): Promise<number> {
    this.#check(runId, choice)
    const { documents } = this.#ports.store
    const stored = await documents.put(bytes)
    this.#append(runId, [{ path: null, stored, name, choice, error: null }])
    // Another process that deletes a run for good may have taken it along in the moment before its row was there.
    await documents.put(bytes, stored)
    return 1
  }

  /**
   * Watches a folder from now on: what comes into it joins, what is there does not. To have both, watch it first, then add it. Null:
   * watches none any more. Rejects `RUN_MISSING`, `PATH_NOT_WHOLE`, `FILE_MISSING`, `FILE_UNREADABLE`, `FOLDER_TOO_MANY_FILES`, `BAD_INPUT` for what is no folder.
   */
  async setWatched(runId: string, folder: string | null): Promise<void> {
    this.#check(runId, '')
    const { store } = this.#ports
    const path = folder === null ? null : await checkedFolder(folder)
    const there = path === null ? [] : await filesNow(path)
    store.transaction(() => {
      if (store.runs.find(runId)?.watched === path) return
      store.runs.setWatched(runId, path)
      store.watchedFiles.add(runId, there)
    })
    this.#joined()
  }

  #append(runId: string, files: readonly { path: string | null; stored: string | null; name: string; choice: string; error: ErrorData | null }[]): void {
    const { store } = this.#ports
    store.transaction(() => {
      this.#check(runId, '')
      store.runItems.append(runId, files)
    })
    this.#joined()
  }

  #check(runId: string, choice: string): void {
    if (this.#ports.store.runs.find(runId) === null) throw new AppError('RUN_MISSING')
    if (choice.trim() !== '') this.#ports.documents.pagesOf(choice, MANY_PAGES)
  }
}

/** The folder this process happens to run in is not the one a person has in mind. */
function checkIsWhole(path: string): void {
  if (!isWholePath(path)) throw new AppError('PATH_NOT_WHOLE', { path })
}

async function checkedFolder(folder: string): Promise<string> {
  checkIsWhole(folder)
  const path = resolve(folder)
  try {
    if (!(await stat(path)).isDirectory()) throw new AppError('BAD_INPUT', { detail: `${path} is no folder` })
    return path
  } catch (error) {
    throw readError(error, path)
  }
}

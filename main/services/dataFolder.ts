import { closeSync, fsyncSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../contract/errors/AppError.ts'
import type { ErrorCode } from '../contract/errors/codes.ts'
import { writeError } from '../platform/fileErrors.ts'
import { dataPaths } from '../platform/paths.ts'
import type { DataPaths } from '../platform/paths.ts'
import { Store } from '../storage/Store.ts'

/** What a start needs: an empty database with its log takes about as much. */
const PROBE_BYTES = 256 * 1024

export interface DataFolder {
  readonly paths: DataPaths
  readonly store: Store
  /** `NOTHING_KEPT_*` where a temporary folder stands in for this session. */
  readonly notice: AppError | null
  /** Closes the store, and deletes the folder where it is a stand-in. */
  dispose(): void
}

/**
 * Opens the store in the data folder, or in a temporary one where it cannot be written (the folder, or the database in
 * it): the person can still ask, and is told that nothing will be kept. Throws `DATABASE_NEWER`, and the rest only where
 * the temporary folder cannot be written either.
 */
export function openDataFolder(wanted: DataPaths, now: () => number = Date.now): DataFolder {
  try {
    const store = openStore(wanted, now)
    return { paths: wanted, store, notice: null, dispose: () => store.dispose() }
  } catch (error) {
    const reason = writeError(error, wanted.root)
    const code = reason instanceof AppError ? STAND_IN_HELPS[reason.code] : undefined
    if (code === undefined) throw reason
    return { ...standIn(now), notice: new AppError(code, { path: wanted.root }, { cause: reason }) }
  }
}

/** What a stand-in gets around, and what the person is told then. */
const STAND_IN_HELPS: Readonly<Partial<Record<ErrorCode, ErrorCode>>> = { FOLDER_NOT_WRITABLE: 'NOTHING_KEPT_NOT_WRITABLE', DISK_FULL: 'NOTHING_KEPT_DISK_FULL' }

function standIn(now: () => number): Omit<DataFolder, 'notice'> {
  const root = mkdtempSync(join(tmpdir(), 'llava-desk-'))
  const remove = () => rmSync(root, { recursive: true, force: true })
  try {
    const paths = dataPaths(root)
    const store = openStore(paths, now)
    const dispose = () => {
      store.dispose()
      remove()
    }
    return { paths, store, dispose }
  } catch (error) {
    remove()
    throw writeError(error, root)
  }
}

function openStore(paths: DataPaths, now: () => number): Store {
  probe(paths.root)
  return new Store(paths, now)
}

function probe(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `.probe-${process.pid}`)
  const file = openSync(path, 'w')
  try {
    const bytes = Buffer.alloc(PROBE_BYTES)
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
    fsyncSync(file)
  } finally {
    closeSync(file)
    rmSync(path, { force: true })
  }
}

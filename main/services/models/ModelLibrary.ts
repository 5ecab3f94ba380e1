import { rm, rmdir, stat } from 'node:fs/promises'
import { dirname, relative, resolve, sep } from 'node:path'
import type { InstalledModel, RefusedFile } from '../../contract/domains/library.ts'
import type { ModelFiles } from '../../contract/domains/model.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { writeError } from '../../platform/fileErrors.ts'
import { newId } from '../../storage/ids.ts'
import type { InstalledModelChange, InstalledModelRow } from '../../storage/installedModels.ts'
import type { Store } from '../../storage/Store.ts'
import type { DownloadedModel } from '../downloads/planDownload.ts'
import { unfinishedFiles } from '../downloads/unfinishedFiles.ts'
import { gatherModels } from './gatherModels.ts'
import { allFiles } from './modelFiles.ts'

export interface LibraryPorts {
  readonly store: Pick<Store, 'installedModels' | 'downloads'>
  /** Folder of downloaded models: only files in it are ever deleted. */
  readonly folder: string
  /** Lets go of these files where they are loaded: a mapped file cannot be deleted on Windows. */
  release(paths: readonly string[]): Promise<void>
  readonly changed: () => void
  readonly now: () => number
}

/** The models at hand: those that were downloaded, and those the person pointed to, which stay where they are. */
export class ModelLibrary {
  readonly #ports: LibraryPorts

  constructor(ports: LibraryPorts) {
    this.#ports = ports
  }

  /** Newest first, with what is seen on the disk now. */
  async list(): Promise<InstalledModel[]> {
    return await Promise.all(this.#ports.store.installedModels.list().map(look))
  }

  /** Throws `MODEL_UNKNOWN`. */
  find(id: string): InstalledModelRow {
    const row = this.#ports.store.installedModels.find(id)
    if (row === null) throw new AppError('MODEL_UNKNOWN', { name: id })
    return row
  }

  /**
   * By id or name, or by the beginning of either where only one model has it. Case, spaces, dashes and colons make no difference,
   * so that "llava-1.5-7b:q4_k_m", as the catalogue calls it, finds "LLaVA-1.5 7B Q4_K_M". Throws `MODEL_UNKNOWN`,
   * `MODEL_NAME_AMBIGUOUS`.
   */
  named(name: string): InstalledModelRow {
    const rows = this.#ports.store.installedModels.list()
    const wanted = plain(name)
    const ofRank = [(row: InstalledModelRow) => row.id === name, (row: InstalledModelRow) => plain(row.name) === wanted, (row: InstalledModelRow) => row.id.startsWith(name) || plain(row.name).startsWith(wanted)]
    const [found, ...more] = ofRank.map((fits) => rows.filter(fits)).find((fitting) => fitting.length > 0) ?? []
    if (found === undefined || wanted === '') throw new AppError('MODEL_UNKNOWN', { name })
    if (more.length > 0) throw new AppError('MODEL_NAME_AMBIGUOUS', { name, models: [found, ...more].map((row) => `${row.name} (${row.id})`).join(', ') })
    return found
  }

  /** What is kept about the model these files belong to; null where they were never taken in. */
  ofFiles(files: ModelFiles): Pick<InstalledModelRow, 'template' | 'adapters'> | null {
    return this.#ports.store.installedModels.list().find((row) => row.files.model === files.model) ?? null
  }

  /** Takes the models of files and folders into the list. Rejects with the first problem where there is no model at all. */
  async import(paths: readonly string[], signal?: AbortSignal): Promise<{ added: InstalledModel[]; refused: RefusedFile[] }> {
    const { found, refused } = await gatherModels(paths, signal)
    if (found.length === 0) {
      const [first] = refused
      throw first === undefined ? new AppError('MODEL_MISSING', { path: resolve(paths[0] ?? '') }) : new AppError(first.problem.code, first.problem.params)
    }
    const ids = found.map(({ name, files }) => this.#add({ name, files, template: null, source: 'import', catalogue: null, repository: null }))
    this.#ports.changed()
    return { added: await Promise.all([...new Set(ids)].map(async (id) => await look(this.find(id)))), refused }
  }

  /** Takes a downloaded model in and returns its id. */
  addDownloaded(files: ModelFiles, { name, template, catalogue, repository }: DownloadedModel): string {
    const id = this.#add({ name, files, template, source: 'download', catalogue, repository })
    this.#ports.changed()
    return id
  }

  /** Rejects `MODEL_UNKNOWN`. */
  async change(id: string, change: InstalledModelChange): Promise<InstalledModel> {
    const row = this.#ports.store.installedModels.change(id, change)
    if (row === null) throw new AppError('MODEL_UNKNOWN', { name: id })
    this.#ports.changed()
    return await look(row)
  }

  /**
   * Takes a model off the list. `deleteFiles` deletes those files of a download that no other model uses and no unfinished
   * download counts on; files the person pointed to are never touched. Rejects `MODEL_UNKNOWN`, and what the file system says: the model then stays.
   */
  async remove(id: string, deleteFiles: boolean): Promise<void> {
    const row = this.find(id)
    await this.#ports.release(allFiles(row.files, row.adapters))
    if (deleteFiles && row.source === 'download') for (const path of this.#ownFiles(row)) await this.#delete(path)
    this.#ports.store.installedModels.remove(id)
    this.#ports.changed()
  }

  #add(model: Omit<InstalledModelRow, 'id' | 'adapters' | 'addedAt'>): string {
    return this.#ports.store.installedModels.add({ ...model, name: nameFor(model.name), id: newId(), adapters: [], addedAt: this.#ports.now() })
  }

  /** Files in the download folder that belong to this model alone. */
  #ownFiles({ id, files }: InstalledModelRow): string[] {
    const others = this.#ports.store.installedModels.list().filter((row) => row.id !== id)
    const wanted = unfinishedFiles(this.#ports.store.downloads, this.#ports.folder)
    const used = new Set(others.flatMap((row) => allFiles(row.files, row.adapters)))
    const isOurs = (path: string) => !relative(this.#ports.folder, path).startsWith('..') && path.startsWith(this.#ports.folder + sep)
    return allFiles(files, []).filter((path) => isOurs(path) && !used.has(path) && !wanted.has(path))
  }

  async #delete(path: string): Promise<void> {
    try {
      await rm(path, { force: true })
    } catch (error) {
      throw writeError(error, path)
    }
    // The repository's folder, once it is empty; `rmdir` refuses one that is not.
    await rmdir(dirname(path)).catch(() => undefined)
  }
}

/** A name without what people write in different ways. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_:-]+/g, '-')
}

/** A name as the contract wants it: of a file called ".gguf", or by a name longer than anybody reads, something is left all the same. */
function nameFor(name: string): string {
  const clean = name.trim().slice(0, 200).trim()
  return clean === '' ? 'model' : clean
}

async function look(row: InstalledModelRow): Promise<InstalledModel> {
  let bytes = 0
  const missing: string[] = []
  for (const path of allFiles(row.files, row.adapters)) {
    const found = await stat(path).catch(() => null)
    if (found?.isFile() === true) bytes += found.size
    else missing.push(path)
  }
  return { ...row, bytes, missing }
}

import { access } from 'node:fs/promises'
import type { Catalogue } from '../../contract/domains/catalogue.ts'
import type { Inspection, InstalledModel } from '../../contract/domains/library.ts'
import type { EngineStatus, ModelFiles } from '../../contract/domains/model.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { inspectFiles } from '../../gguf/inspectFiles.ts'
import { repairProjector } from '../../gguf/repairProjector.ts'
import type { InstalledModelChange, InstalledModelRow } from '../../storage/installedModels.ts'
import type { DownloadService } from '../downloads/DownloadService.ts'
import { knownProjector } from './knownProjector.ts'
import type { ModelLibrary } from './ModelLibrary.ts'
import type { ModelService } from './ModelService.ts'

export interface ModelDeskPorts {
  readonly library: ModelLibrary
  readonly downloads: Pick<DownloadService, 'start'>
  readonly catalogue: Catalogue
  readonly models: Pick<ModelService, 'use' | 'choose' | 'start' | 'refresh'>
  /** The files the settings name; null: the demo model. */
  readonly inUse: () => ModelFiles | null
}

/** What a person does with a model at hand, where the list and the engine have to go together. */
export class ModelDesk {
  readonly #ports: ModelDeskPorts

  constructor(ports: ModelDeskPorts) {
    this.#ports = ports
  }

  /** What files are and whether they belong together; see `inspectFiles`. */
  async inspect(files: ModelFiles): Promise<Inspection> {
    return await inspectFiles(files)
  }

  /** Writes a repaired copy of an old projector; see `repairProjector`. */
  async repair(projector: string): Promise<string> {
    return await repairProjector(projector)
  }

  /** Loads a model and remembers it. Rejects `MODEL_UNKNOWN`, and as `ModelService.use`. */
  async use(id: string, signal?: AbortSignal): Promise<EngineStatus> {
    return await this.#ports.models.use(this.#ports.library.find(id).files, signal)
  }

  /**
   * Changes what is kept about a model; a model in use gets the change at once: other adapters without a load, another
   * projector with one. Rejects `MODEL_UNKNOWN`, `ADAPTER_MISSING`.
   */
  async change(id: string, change: InstalledModelChange): Promise<InstalledModel> {
    const { library, models } = this.#ports
    const before = library.find(id)
    for (const { path } of change.adapters ?? []) {
      // One that was there before may be on a disk that is not plugged in now; that must not keep the others from changing.
      if (!before.adapters.some((adapter) => adapter.path === path)) await checkThere(path)
    }
    const changed = await library.change(id, change)
    if (!this.#isInUse(before)) return changed
    if (changed.files.projector !== before.files.projector) models.choose(changed.files)
    else if (change.adapters !== undefined) models.refresh()
    return changed
  }

  /** Takes a model off the list; see `ModelLibrary.remove`. The demo model takes the place of one that was in use. */
  async remove(id: string, deleteFiles: boolean): Promise<void> {
    const { library, models } = this.#ports
    const wasInUse = this.#isInUse(library.find(id))
    try {
      await library.remove(id, deleteFiles)
    } catch (error) {
      // It was let go of, and is still there.
      if (wasInUse) models.start()
      throw error
    }
    if (wasInUse) models.choose(null)
  }

  /** Starts the download of the projector that belongs to a model, and returns its id. Throws `MODEL_UNKNOWN`, `PROJECTOR_UNKNOWN`, and as `DownloadService.start`. */
  fetchProjector(id: string): string {
    const { library, catalogue, downloads } = this.#ports
    const model = library.find(id)
    const file = knownProjector(model, catalogue)
    if (file === null) throw new AppError('PROJECTOR_UNKNOWN', { model: model.name })
    return downloads.start({ type: 'projector', installed: id, repository: file.repository, revision: file.revision, path: file.path })
  }

  #isInUse({ files }: InstalledModelRow): boolean {
    return this.#ports.inUse()?.model === files.model
  }
}

async function checkThere(path: string): Promise<void> {
  await access(path).catch((error: unknown) => {
    throw new AppError('ADAPTER_MISSING', { path }, { cause: error })
  })
}

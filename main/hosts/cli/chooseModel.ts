import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ModelFiles } from '../../contract/domains/model.ts'
import type { PromptTemplate } from '../../contract/promptTemplates.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { LoadOptions } from '../../engine/protocol.ts'
import type { Logger } from '../../platform/log.ts'
import type { DataPaths } from '../../platform/paths.ts'
import { ModelLibrary } from '../../services/models/ModelLibrary.ts'
import { Store } from '../../storage/Store.ts'
import { loadOptions, readSettings } from './loadOptions.ts'
import { isPath } from './models/modelName.ts'
import type { ModelOptions } from './program.ts'

/** The model a command runs with. */
export interface ChosenModel {
  readonly load: LoadOptions
  /** The conversation template the person chose for it; null leaves it to the model's family. */
  readonly template: PromptTemplate | null
}

/** How a choice is reported on. */
export interface Reports {
  readonly logger: Logger
  /** Tells the person what they must know: that the list was damaged and had to be set aside. */
  readonly tell: (notice: AppError) => void
}

type Kept = ReturnType<ModelLibrary['ofFiles']>

/**
 * What the command line names, else the model in use, else the demo model. A model of the list brings its template and its
 * adapters; a path is taken as it is, and needs no data folder. Rejects `MODEL_UNKNOWN`, `MODEL_NAME_AMBIGUOUS`, and for a name
 * what keeps the list from being read.
 */
export async function chooseModel({ model, mmproj }: ModelOptions, paths: DataPaths, demo: ModelFiles, { logger, tell }: Reports): Promise<ChosenModel> {
  const settings = await readSettings(paths.settings)
  const projector = mmproj === undefined ? null : resolve(mmproj)
  const chosen = (files: ModelFiles | null, kept: Kept): ChosenModel => ({
    load: { ...loadOptions(files, settings, demo), adapters: [...(kept?.adapters ?? [])] },
    template: kept?.template ?? null,
  })
  if (model === undefined) return chosen(settings.model, settings.model === null ? null : keptAbout(settings.model, paths, { logger, tell }))
  if (isPath(model)) return chosen({ model: resolve(model), projector }, null)
  const row = withList(paths, tell, (library) => library.named(model))
  if (row === null) throw new AppError('MODEL_UNKNOWN', { name: model })
  return chosen(projector === null ? row.files : { ...row.files, projector }, row)
}

/** A command must work where nothing can be written: the model in use is then asked without what the list keeps about it. */
function keptAbout(files: ModelFiles, paths: DataPaths, { logger, tell }: Reports): Kept {
  try {
    return withList(paths, tell, (library) => library.ofFiles(files))
  } catch (error) {
    logger.warn('The list of models could not be read; adapters and template of the model are not used', { error })
    return null
  }
}

/** Null where there is no list yet: none is made for a look. */
function withList<T>(paths: DataPaths, tell: Reports['tell'], look: (library: ModelLibrary) => T): T | null {
  if (!existsSync(paths.database)) return null
  const store = new Store(paths)
  try {
    if (store.notice !== null) tell(store.notice)
    return look(new ModelLibrary({ store, folder: paths.models, release: async () => await Promise.resolve(), changed: () => undefined, now: Date.now }))
  } finally {
    store.dispose()
  }
}

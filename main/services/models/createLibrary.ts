import type { Settings } from '../../contract/domains/app.ts'
import type { ModelFiles } from '../../contract/domains/model.ts'
import type { DataPaths } from '../../platform/paths.ts'
import type { Scope } from '../../platform/Scope.ts'
import type { Store } from '../../storage/Store.ts'
import type { ServicePorts } from '../ports.ts'
import type { Outbound } from '../hub/outbound.ts'
import { createModelServices } from './createModelServices.ts'
import type { ModelServices } from './createModelServices.ts'
import type { ModelLibrary } from './ModelLibrary.ts'
import { ModelDesk } from './ModelDesk.ts'
import { ModelService } from './ModelService.ts'
import { watchList } from './watchList.ts'
import { PlanService } from './PlanService.ts'

/** Models at hand and models to be had, in an app that has one of them in use. */
export interface LibraryServices extends Omit<ModelServices, 'library' | 'list'> {
  readonly list: ModelLibrary
  readonly desk: ModelDesk
  readonly plans: PlanService
  /** What a repository holds. Rejects the `HUB_*` codes. */
  readonly repository: ModelServices['list']
}

interface LibraryPorts {
  readonly ports: Pick<ServicePorts, 'engine' | 'demoModel' | 'logger' | 'catalogue' | 'environment'>
  readonly store: Store
  readonly paths: DataPaths
  readonly settings: { readonly get: () => Settings; readonly change: (patch: { model: ModelFiles | null }) => unknown }
  readonly outbound: Outbound
  /** The list of models at hand has changed. */
  readonly changed: () => void
  readonly now: () => number
}

/** The model in use, and all others around it: each change of the one that is in use reaches the engine. */
export function createLibrary({ ports, store, paths, settings, outbound, changed, now }: LibraryPorts, scope: Scope): LibraryServices & { readonly models: ModelService } {
  const { engine, demoModel, logger, catalogue: catalogueFile, environment } = ports
  const atHand = createModelServices(
    {
      store,
      paths,
      catalogue: catalogueFile,
      settings: () => settings.get(),
      environment,
      outbound,
      logger,
      release: async (paths) => await models.release(paths),
      whileReleased: async (paths, work) => await models.whileReleased(paths, work),
      // It was let go of, or could not be loaded before.
      arrived: ({ model }) => {
        if (settings.get().model?.model === model) models.start()
      },
      gotProjector: async (id, projector) => {
        await desk.change(id, { projector })
      },
      changed,
      now,
    },
    scope,
  )
  const { library: list, downloads, catalogue, token } = atHand
  const models = new ModelService({ engine, settings, demoModel, adaptersOf: (files) => list.ofFiles(files)?.adapters ?? [], logger })
  const desk = new ModelDesk({ library: list, downloads, catalogue, models, inUse: () => settings.get().model })
  scope.defer(watchList(store, changed))
  const plans = new PlanService({ engine, loadOptions: (files, choices) => models.loadOptions(files, choices) })
  return { models, list, desk, plans, downloads, catalogue, token, repository: async (name, revision, signal) => await atHand.list(name, revision, signal) }
}

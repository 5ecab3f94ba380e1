import type { Catalogue } from '../../contract/domains/catalogue.ts'
import type { Settings } from '../../contract/domains/app.ts'
import type { ModelFiles } from '../../contract/domains/model.ts'
import type { RepositoryListing } from '../../contract/domains/download.ts'
import { checkFiles } from '../../gguf/checkFiles.ts'
import { systemClock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import type { DataPaths } from '../../platform/paths.ts'
import type { Scope } from '../../platform/Scope.ts'
import type { Store } from '../../storage/Store.ts'
import { DownloadService } from '../downloads/DownloadService.ts'
import { HubClient } from '../hub/HubClient.ts'
import { HubToken } from '../hub/HubToken.ts'
import { hubOptions } from '../hub/hubOptions.ts'
import type { Environment } from '../hub/hubOptions.ts'
import type { Outbound } from '../hub/outbound.ts'
import { loadCatalogue } from './catalogue.ts'
import { ModelLibrary } from './ModelLibrary.ts'

export interface ModelServicePorts {
  readonly store: Store
  readonly paths: DataPaths
  /** Path of the catalogue's file. */
  readonly catalogue: string
  readonly settings: () => Pick<Settings, 'downloads'>
  readonly environment: Environment
  /** Asked before anything leaves this computer. */
  readonly outbound: Outbound
  readonly logger: Logger
  /** Lets go of these files where they are loaded. */
  release(paths: readonly string[]): Promise<void>
  /** Runs `work` while none of these files is loaded, and loads again what was. Absent where nothing is ever loaded. */
  whileReleased?(paths: readonly string[], work: () => Promise<void>): Promise<void>
  /** The files of a model are there, perhaps in the place of older ones. */
  arrived?(files: ModelFiles): void
  /** A projector was fetched for a model at hand; unless given, the list alone takes it. */
  gotProjector?(installed: string, projector: string | null): void | Promise<void>
  /** The list of models at hand has changed. */
  readonly changed: () => void
  readonly now: () => number
}

/** Models at hand and models to be had. */
export interface ModelServices {
  readonly catalogue: Catalogue
  readonly library: ModelLibrary
  readonly downloads: DownloadService
  readonly token: HubToken
  /** What a repository holds. Rejects the `HUB_*` codes. */
  list(repository: string, revision: string, signal?: AbortSignal): Promise<RepositoryListing>
}

/** Puts them together; what must be ended is owned by `scope`. Starts no download: `downloads.goOn()` does. */
export function createModelServices(ports: ModelServicePorts, scope: Scope): ModelServices {
  const { store, paths, settings, environment, logger } = ports
  const catalogue = loadCatalogue(ports.catalogue, logger)
  const token = new HubToken(paths.hubToken, environment)
  const connect = () => new HubClient(hubOptions(settings().downloads, environment), token.read(), { outbound: ports.outbound })
  const library = new ModelLibrary({ store, folder: paths.models, release: async (paths) => await ports.release(paths), changed: ports.changed, now: ports.now })
  const downloads = scope.own(
    new DownloadService({
      store,
      models: paths.models,
      connect,
      connections: () => settings().downloads.connections,
      catalogue,
      inspect: async (files) => {
        await checkFiles(files)
      },
      replace: async (path, put) => await (ports.whileReleased === undefined ? put() : ports.whileReleased([path], put)),
      onDone: (files, meta) => {
        const id = library.addDownloaded(files, meta)
        ports.arrived?.(files)
        return id
      },
      onProjector: async (installed, projector) => {
        if (ports.gotProjector === undefined) await library.change(installed, { projector })
        else await ports.gotProjector(installed, projector)
      },
      logger,
      clock: systemClock,
    }),
  )
  const list = async (repository: string, revision: string, signal?: AbortSignal) => {
    const hub = connect()
    try {
      return await hub.list(repository, revision, signal)
    } finally {
      await hub.dispose()
    }
  }
  return { catalogue, library, downloads, token, list }
}

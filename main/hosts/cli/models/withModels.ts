import { mkdirSync } from 'node:fs'
import { createLogger, stderrSink } from '../../../platform/log.ts'
import { writeError } from '../../../platform/fileErrors.ts'
import { dataPaths } from '../../../platform/paths.ts'
import { Scope } from '../../../platform/Scope.ts'
import { Ledger } from '../../../services/privacy/Ledger.ts'
import { createModelServices } from '../../../services/models/createModelServices.ts'
import type { ModelServices } from '../../../services/models/createModelServices.ts'
import { Store } from '../../../storage/Store.ts'
import { dataFolder } from '../../shared/dataFolder.ts'
import { catalogueFile } from '../../shared/demoModel.ts'
import type { HostContext } from '../../shared/HostContext.ts'
import { onStopSignal } from '../../shared/stopSignals.ts'
import { exitCodes } from '../exitCode.ts'
import { readSettings } from '../loadOptions.ts'
import { errorLine, type Terminal } from '../terminal.ts'

export interface OpenModels {
  readonly services: ModelServices
  readonly signal: AbortSignal
}

/**
 * Runs `work` with the models of the data folder, and closes them afterwards. Ctrl+C aborts the signal. An app that runs on the
 * same folder sees what changes. A list that had to be set aside is told on stderr. Rejects `FOLDER_NOT_WRITABLE`, `DISK_FULL`, `DATABASE_NEWER`.
 */
export async function withModels<T>(host: HostContext, terminal: Terminal, { verbose }: { readonly verbose?: true }, work: (models: OpenModels) => Promise<T>): Promise<T> {
  const paths = dataPaths(dataFolder(process.env))
  const scope = new Scope()
  const controller = new AbortController()
  scope.defer(
    onStopSignal(
      () => controller.abort(),
      () => process.exit(exitCodes.interrupted),
    ),
  )
  try {
    makeFolder(paths.root)
    const store = scope.own(new Store(paths))
    if (store.notice !== null) terminal.error(errorLine(store.notice, terminal.language))
    const settings = await readSettings(paths.settings)
    const logger = createLogger(verbose === true ? [stderrSink] : [], 'debug')
    const services = createModelServices(
      {
        store,
        paths,
        catalogue: catalogueFile(host.folders.resources),
        settings: () => settings,
        environment: process.env,
        outbound: new Ledger({ store, offline: () => settings.offline, environment: process.env, logger, now: Date.now }),
        logger,
        // Nothing is loaded in this process; an app that has a file open keeps what it mapped.
        release: async () => await Promise.resolve(),
        changed: () => undefined,
        now: Date.now,
      },
      scope,
    )
    return await work({ services, signal: controller.signal })
  } finally {
    await scope.dispose()
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    throw writeError(error, path)
  }
}

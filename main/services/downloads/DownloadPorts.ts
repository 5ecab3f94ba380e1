import type { Catalogue } from '../../contract/domains/catalogue.ts'
import type { ModelFiles } from '../../contract/domains/model.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import type { Store } from '../../storage/Store.ts'
import type { TransferHub } from './Fetcher.ts'
import type { DownloadedModel } from './planDownload.ts'
import type { RetryRules } from './retrying.ts'

export type DownloadHub = TransferHub & { dispose(): Promise<void> }

/** What downloads need from outside. */
export interface DownloadPorts {
  readonly store: Pick<Store, 'downloads' | 'checksums' | 'installedModels' | 'lock'>
  /** Folder of all downloaded models. */
  readonly models: string
  /** The hub as the settings name it now; disposed after the download. Throws where they name none. */
  connect(): DownloadHub
  /** Connections for one file, as the settings say now. */
  connections(): number
  readonly catalogue: Catalogue
  /** Judges the files of a model by their headers. Rejects with what is wrong with them; `verdictOf` says which of them that costs. */
  inspect(files: ModelFiles, signal: AbortSignal): Promise<void>
  /** Runs `put`, which puts a file into its place, while nobody has an older one open. */
  replace(path: string, put: () => Promise<void>): Promise<void>
  /** Takes a model into the list of those at hand and returns its id there. May be called again for the same files. */
  onDone(files: ModelFiles, meta: DownloadedModel): string | Promise<string>
  /** Gives a model at hand the projector that was fetched for it. Rejects `MODEL_UNKNOWN`. */
  onProjector(installed: string, projector: string | null): void | Promise<void>
  readonly logger: Logger
  readonly clock: Clock
  readonly rules?: RetryRules
  /** Fetched at a time by one connection. */
  readonly pieceBytes?: number
  /** Left free on the disk. */
  readonly roomBytes?: number
}

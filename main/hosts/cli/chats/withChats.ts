import { mkdirSync } from 'node:fs'
import { writeError } from '../../../platform/fileErrors.ts'
import { createLogger, stderrSink } from '../../../platform/log.ts'
import { dataPaths } from '../../../platform/paths.ts'
import { Scope } from '../../../platform/Scope.ts'
import { ImageService } from '../../../services/images/ImageService.ts'
import { PixelFiles } from '../../../services/images/PixelFiles.ts'
import { TransferFiles } from '../../../services/transfer/TransferFiles.ts'
import { TransferService } from '../../../services/transfer/TransferService.ts'
import { Store } from '../../../storage/Store.ts'
import { dataFolder } from '../../shared/dataFolder.ts'
import type { HostContext } from '../../shared/HostContext.ts'
import { onStopSignal } from '../../shared/stopSignals.ts'
import { exitCodes } from '../exitCode.ts'
import { errorLine, type Terminal } from '../terminal.ts'

export interface OpenChats {
  readonly store: Store
  readonly transfer: TransferService
  readonly signal: AbortSignal
}

/** Runs `work` with the chats of the data folder, without any engine. Ctrl+C aborts the signal. Rejects `FOLDER_NOT_WRITABLE`, `DISK_FULL`, `DATABASE_NEWER`. */
export async function withChats<T>(host: HostContext, terminal: Terminal, { verbose }: { readonly verbose?: true }, work: (chats: OpenChats) => Promise<T>): Promise<T> {
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
    const logger = createLogger(verbose === true ? [stderrSink] : [], 'debug')
    const images = new ImageService(store, paths.derived, scope.own(await PixelFiles.ofProcess(paths, store, logger)))
    const files = await TransferFiles.ofProcess(paths, store)
    const transfer = scope.own(new TransferService({ store, images, files, version: host.version, emit: () => undefined, now: Date.now }))
    return await work({ store, transfer, signal: controller.signal })
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

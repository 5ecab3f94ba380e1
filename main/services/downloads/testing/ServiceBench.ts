import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LocalHub } from '../../../../bench/hub/LocalHub.ts'
import type { Catalogue } from '../../../contract/domains/catalogue.ts'
import type { Download } from '../../../contract/domains/download.ts'
import type { ModelFiles } from '../../../contract/domains/model.ts'
import { createLogger } from '../../../platform/log.ts'
import { dataPaths } from '../../../platform/paths.ts'
import { FastClock, temporaryFolder } from '../../../platform/testing.ts'
import { newId } from '../../../storage/ids.ts'
import { Store } from '../../../storage/Store.ts'
import { HubClient } from '../../hub/HubClient.ts'
import { hubOptions } from '../../hub/hubOptions.ts'
import type { DownloadPorts } from '../DownloadPorts.ts'
import { DownloadService } from '../DownloadService.ts'
import type { DownloadedModel } from '../planDownload.ts'
import { hashOf } from './TransferBench.ts'

/** One process with downloads on a data folder. */
export interface TestProcess {
  readonly service: DownloadService
  readonly store: Store
  readonly clock: FastClock
  readonly logged: string[]
  /** What `onDone` was told. */
  readonly done: { files: ModelFiles; meta: DownloadedModel }[]
  /** Ends it properly. */
  end(): Promise<void>
}

/** A local hub with a model and its projector, and processes that download them into one data folder. */
export class ServiceBench {
  static readonly pieceBytes = 16 * 1024
  readonly model = randomBytes(250_000)
  readonly projector = randomBytes(90_000)
  readonly request = { type: 'repository', repository: 'owner/name', revision: 'main', model: 'model-Q4_K_M.gguf', projector: 'mmproj-f16.gguf' } as const
  readonly hub: LocalHub
  readonly root: string
  readonly #remove: () => void
  readonly #processes: TestProcess[] = []

  private constructor(hub: LocalHub, folder: { path: string; remove: () => void }) {
    this.hub = hub
    this.root = folder.path
    this.#remove = folder.remove
  }

  static async start(folder: { path: string; remove: () => void } = temporaryFolder()): Promise<ServiceBench> {
    const bench = new ServiceBench(await LocalHub.start(), folder)
    bench.hub.put('owner/name/model-Q4_K_M.gguf', bench.model)
    bench.hub.put('owner/name/mmproj-f16.gguf', bench.projector)
    return bench
  }

  open(more: Partial<DownloadPorts> & { token?: string } = {}): TestProcess {
    const paths = dataPaths(this.root)
    const store = new Store(paths)
    const logged: string[] = []
    const done: TestProcess['done'] = []
    const clock = new FastClock()
    const service = new DownloadService({
      store,
      models: paths.models,
      connect: () => new HubClient(hubOptions({ hub: this.hub.url, proxy: null }, {}), more.token ?? null, { now: () => clock.now() }),
      connections: () => 3,
      catalogue: { version: 1, models: [] },
      inspect: async () => await Promise.resolve(),
      replace: async (_path, put) => await put(),
      onDone: (files, meta) => {
        done.push({ files, meta })
        return store.installedModels.add({ id: newId(), name: meta.name, files, adapters: [], template: meta.template, source: 'download', catalogue: meta.catalogue, repository: meta.repository, addedAt: 1 })
      },
      onProjector: (installed, projector) => void store.installedModels.change(installed, { projector }),
      logger: createLogger([(line) => logged.push(line)], 'debug'),
      clock,
      rules: { attempts: 3, firstWait: 500, longestPause: 60_000 },
      pieceBytes: ServiceBench.pieceBytes,
      roomBytes: 0,
      ...more,
    })
    const end = async () => {
      const index = this.#processes.indexOf(process)
      if (index === -1) return
      this.#processes.splice(index, 1)
      await service.dispose()
      store.dispose()
    }
    const process = { service, store, clock, logged, done, end }
    this.#processes.push(process)
    return process
  }

  path(file: string): string {
    return join(dataPaths(this.root).models, 'owner--name', file)
  }

  /** Names in the folder of the repository. */
  get files(): string[] {
    const folder = this.path('.')
    return existsSync(folder) ? readdirSync(folder).sort() : []
  }

  /** Bytes of bodies the store was asked for so far. */
  get asked(): number {
    return this.hub.seen.reduce((sum, { at, method, range }) => sum + (at === 'store' && method === 'GET' && range !== null ? range[1] - range[0] + 1 : 0), 0)
  }

  /** Names of files under their real names whose contents are not those of the hub. */
  get wrongFiles(): string[] {
    const right: Record<string, Uint8Array> = { 'model-Q4_K_M.gguf': this.model, 'mmproj-f16.gguf': this.projector }
    return Object.keys(right).filter((name) => existsSync(this.path(name)) && hashOf(readFileSync(this.path(name))) !== hashOf(right[name]!))
  }

  /** Calls `act` once, as soon as so many bytes of bodies have left the server. */
  when(bytes: number, act: () => void): void {
    let sent = 0
    this.hub.onBody = (count) => {
      sent += count
      if (sent < bytes) return
      this.hub.onBody = () => undefined
      act()
    }
  }

  async stop(): Promise<void> {
    for (const process of [...this.#processes]) await process.end()
    await this.hub.stop()
    this.#remove()
  }
}

/** A catalogue of one model with two variants that share a projector, made of the bench's files. */
export function catalogueOf(bench: ServiceBench): Catalogue {
  const file = (path: string, bytes: Uint8Array) => ({ repository: 'owner/name', revision: 'main', path, bytes: bytes.byteLength, sha256: hashOf(bytes) })
  const sentence = { en: 'x', 'zh-CN': 'x' }
  const variant = (id: string, path: string, bytes: Uint8Array) => ({
    id, quantisation: id.toUpperCase(), model: file(path, bytes), projector: file('mmproj-f16.gguf', bench.projector), approximateBytes: 1,
  })
  return {
    version: 1,
    models: [
      {
        id: 'llava', name: 'LLaVA', family: 'llava-1.5', parameters: 7e9, vision: true, template: 'vicuna_v1',
        licence: { name: 'x', url: 'https://example.com' }, gated: false, good: sentence, bad: sentence, recommended: 'q4',
        variants: [variant('q4', 'model-Q4_K_M.gguf', bench.model), variant('q8', 'model-Q8_0.gguf', Buffer.alloc(50_000, 8))],
      },
    ],
  }
}

/** Whether nothing more happens to a download by itself. */
export function isOver({ state }: Download): boolean {
  return state === 'done' || state === 'failed' || state === 'paused'
}

/** Watches until a download is as wanted, and returns it. */
export async function until(service: DownloadService, id: string, wanted: (download: Download) => boolean): Promise<Download> {
  for await (const downloads of service.watch()) {
    const download = downloads.find((candidate) => candidate.id === id)
    if (download !== undefined && wanted(download)) return download
  }
  throw new Error('the watch ended')
}

import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LocalHub } from '../../../../bench/hub/LocalHub.ts'
import type { FileOptions } from '../../../../bench/hub/LocalHub.ts'
import { FastClock, temporaryFolder } from '../../../platform/testing.ts'
import { HubClient } from '../../hub/HubClient.ts'
import { hubOptions } from '../../hub/hubOptions.ts'
import { FileTransfer } from '../FileTransfer.ts'
import type { TransferOptions } from '../FileTransfer.ts'

export const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** One file of a local hub on its way to a folder, in small pieces and with little patience. */
export class TransferBench {
  static readonly pieceBytes = 32 * 1024
  readonly file = { repository: 'owner/name', revision: 'main', path: 'model.gguf' }
  readonly name = 'owner/name/model.gguf'
  readonly folder = temporaryFolder()
  readonly path = join(this.folder.path, 'models/model.gguf')
  readonly clock = new FastClock()
  readonly hub: LocalHub
  readonly learnt: string[] = []
  /** Every figure of `received`, in order. */
  readonly progress: number[] = []
  bytes: Buffer
  /** SHA-256 known beforehand. */
  known: string | null = null
  /** Milliseconds to wait for a server; short only where one is silent, since a busy machine is slow. */
  patience = 10_000
  readonly #clients: HubClient[] = []

  private constructor(hub: LocalHub, bytes: Buffer) {
    this.hub = hub
    this.bytes = bytes
  }

  static async start(size = 300_000, options?: FileOptions): Promise<TransferBench> {
    const bench = new TransferBench(await LocalHub.start(), randomBytes(size))
    bench.hub.put(bench.name, bench.bytes, options)
    return bench
  }

  connect(): HubClient {
    const client = new HubClient(hubOptions({ hub: this.hub.url, proxy: null }, {}), null, { patience: { answer: this.patience, silence: this.patience }, now: () => this.clock.now() })
    this.#clients.push(client)
    return client
  }

  /** Resolves and fetches the file, as a process would that has just started. */
  async run(more: Partial<TransferOptions> = {}, signal: AbortSignal = new AbortController().signal): Promise<void> {
    const hub = this.connect()
    const remote = await hub.resolve(this.file, signal)
    await this.transfer({ hub, ...more }).run(remote, signal)
  }

  transfer(more: Partial<TransferOptions>): FileTransfer {
    return new FileTransfer(this.path, {
      replace: async (_path, put) => await put(),
      hub: this.connect(),
      clock: this.clock,
      rules: { attempts: 3, firstWait: 1000, longestPause: 60_000 },
      connections: 4,
      pieceBytes: TransferBench.pieceBytes,
      name: 'model.gguf',
      expected: (remote) => this.known ?? remote.sha256 ?? this.learnt[0] ?? null,
      received: (bytes) => void this.progress.push(bytes),
      verifying: () => undefined,
      learnt: (sha256) => void this.learnt.push(sha256),
      ...more,
    })
  }

  /** What lies in the folder of the file. */
  get files(): string[] {
    const folder = join(this.folder.path, 'models')
    return existsSync(folder) ? readdirSync(folder).sort() : []
  }

  /** SHA-256 of what stands under the real name; null where nothing does. */
  get result(): string | null {
    return existsSync(this.path) ? hashOf(readFileSync(this.path)) : null
  }

  /** Pieces the journal promises. */
  get recorded(): number[] {
    const journal = `${this.path}.part.json`
    return existsSync(journal) ? (JSON.parse(readFileSync(journal, 'utf8')) as { pieces: number[] }).pieces : []
  }

  async stop(): Promise<void> {
    for (const client of this.#clients.splice(0)) await client.dispose()
    await this.hub.stop()
    this.folder.remove()
  }
}

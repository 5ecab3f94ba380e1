import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { LocalHub } from '../../../../../bench/hub/LocalHub.ts'
import { projectorShapes, writeProjector } from '../../../../../bench/synthetic/projector.ts'
import { textShapes, writeSparseTextModel } from '../../../../../bench/synthetic/textModel.ts'
import type { InstalledModel } from '../../../../contract/domains/library.ts'
import { dataPaths } from '../../../../platform/paths.ts'
import { temporaryFolder } from '../../../../platform/testing.ts'
import { Program, runProgram } from '../../../shared/testing/Program.ts'

export const resources = resolve(import.meta.dirname, '../../../../../resources')
/** The files of the demo model, as a repository of the local hub has them. */
export const demo = ['demo-llava.gguf', 'demo-llava-mmproj.gguf'] as const
export const pullDemo = ['pull', 'owner/demo', '--model', demo[0], '--mmproj', demo[1]] as const
/** Fetched at a time by one connection (see `DownloadWorker`), and lost at most with each. */
export const PIECE = 8 * 1024 * 1024

/** A hub, a data folder, and the program as people run it. */
export class PullBench {
  readonly #folder = temporaryFolder()
  readonly data = join(this.#folder.path, 'data')
  readonly hub: LocalHub
  readonly #started: Program[] = []

  private constructor(hub: LocalHub) {
    this.hub = hub
    for (const name of demo) hub.put(`owner/demo/${name}`, readFileSync(join(resources, 'demo-model', name)))
  }

  static async start(): Promise<PullBench> {
    return new PullBench(await LocalHub.start())
  }

  /** A path beside the data folder. */
  at(...names: string[]): string {
    return join(this.#folder.path, ...names)
  }

  /** Where a file of a repository arrives. */
  file(...names: string[]): string {
    return join(dataPaths(this.data).models, ...names)
  }

  /** The environment of the program. */
  env(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return { LLAVA_DESK_DATA: this.data, HF_ENDPOINT: this.hub.url, ...more }
  }

  /** Runs a `models` command to its end. */
  async models(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    return await runProgram(['models', ...args], this.env(env))
  }

  /** Starts a command; it is killed with the bench where it has not ended by itself. */
  program(args: readonly string[]): Program {
    const program = new Program(args, this.env())
    this.#started.push(program)
    return program
  }

  /** What `models list` shows. */
  async list(): Promise<InstalledModel[]> {
    return JSON.parse((await this.models(['list', '--json'])).out) as InstalledModel[]
  }

  /** A model of 45 MB and its projector, so that there are pieces; the weights are random bytes, so that each differs. */
  putBig(): { name: string; bytes: Buffer }[] {
    writeSparseTextModel(this.at('big.gguf'), { ...textShapes.tiny, width: 1024, feedForward: 2048, layers: 2 })
    const model = readFileSync(this.at('big.gguf'))
    randomBytes(model.length - 1024 * 1024).copy(model, 1024 * 1024)
    writeProjector(this.at('mmproj.gguf'), { ...projectorShapes.tiny, output: 1024 })
    const files = [{ name: 'big.gguf', bytes: model }, { name: 'mmproj.gguf', bytes: readFileSync(this.at('mmproj.gguf')) }]
    for (const { name, bytes } of files) this.hub.put(`owner/big/${name}`, bytes)
    return files
  }

  /** Bytes of bodies the hub was asked for. */
  get asked(): number {
    return this.ranges().reduce((sum, { range: [first, last] }) => sum + last - first + 1, 0)
  }

  /** What was asked for, from the n-th request of any kind on. */
  ranges(from = 0): { url: string; range: readonly [number, number] }[] {
    return this.hub.seen.slice(from).flatMap(({ at, method, url, range }) => (at === 'store' && method === 'GET' && range !== null ? [{ url, range }] : []))
  }

  /** Pieces of the big model that its journal promises. */
  get recorded(): number[] {
    const journal = this.file('owner--big/big.gguf.part.json')
    return existsSync(journal) ? (JSON.parse(readFileSync(journal, 'utf8')) as { pieces: number[] }).pieces : []
  }

  async stop(): Promise<void> {
    for (const program of this.#started) program.child.kill('SIGKILL')
    await Promise.all(this.#started.map(async ({ ended }) => await ended))
    await this.hub.stop()
    this.#folder.remove()
  }
}

export const pullBig = ['pull', 'owner/big', '--model', 'big.gguf', '--mmproj', 'mmproj.gguf'] as const

import type { EngineStatus, ModelFiles } from '../../../main/contract/domains/model.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import type { Report } from './report.ts'

/** The engine's status as the services tell it, and what a person can ask of it. */
export class Engine {
  /** Null until the services have told it once. */
  status = $state.raw<EngineStatus | null>(null)
  /** A load or unload that this page asked for is under way. */
  busy = $state(false)
  readonly model = $derived(this.status?.state === 'ready' ? this.status.info : null)
  readonly isDemo = $derived(this.model?.isDemo ?? (this.status?.state === 'loading' && this.status.isDemo))
  readonly #client: Client
  readonly #report: Report

  constructor(client: Client, report: Report) {
    this.#client = client
    this.#report = report
  }

  /** Follows the status until the signal aborts or the channel closes. */
  async watch(signal: AbortSignal): Promise<void> {
    for await (const status of await this.#client.model.watch({}, { signal })) this.status = status
  }

  /** Loads these files, or the demo model for null. A failure shows as the status `failed`. */
  async use(files: ModelFiles | null): Promise<void> {
    await this.#change(() => this.#client.model.use({ files }))
  }

  async retry(): Promise<void> {
    await this.#change(() => this.#client.model.retry())
  }

  async unload(): Promise<void> {
    await this.#change(() => this.#client.model.unload())
  }

  async #change(work: () => Promise<EngineStatus>): Promise<void> {
    this.busy = true
    try {
      this.status = await work()
    } catch (thrown) {
      this.#report(thrown)
    } finally {
      this.busy = false
    }
  }
}

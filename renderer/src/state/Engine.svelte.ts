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
  readonly isDemo = $derived.by(() => {
    const { status } = this
    if (status?.state === 'ready') return status.info.isDemo
    return (status?.state === 'loading' || status?.state === 'resting') && status.isDemo
  })
  /** The model in use, or the one that the next question loads again, sees no pictures. */
  readonly blind = $derived(this.status?.state === 'resting' ? this.status.files.projector === null : this.model?.vision === false)
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

  /** Loads the model in full that was once cut down for want of memory. */
  async tryInFull(): Promise<void> {
    await this.#work(async () => {
      await this.#client.models.tryInFull()
    })
  }

  async #change(work: () => Promise<EngineStatus>): Promise<void> {
    await this.#work(async () => {
      this.status = await work()
    })
  }

  async #work(work: () => Promise<void>): Promise<void> {
    this.busy = true
    try {
      await work()
    } catch (thrown) {
      this.#report(thrown)
    } finally {
      this.busy = false
    }
  }
}

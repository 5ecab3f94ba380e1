import type { ConnectionList, Erasable, ErasableAmounts, EraseReport } from '../../../main/contract/domains/privacy.ts'
import type { AppError } from '../../../main/contract/errors/AppError.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { readError } from '../transport/errors.ts'

/** What left this computer, and the end of what stays on it. Known only while somebody looks. */
export class Privacy {
  connections = $state.raw<ConnectionList | null>(null)
  amounts = $state.raw<ErasableAmounts | null>(null)
  /** What was found after a deletion. */
  report = $state.raw<EraseReport | null>(null)
  erasing = $state(false)
  failure = $state.raw<AppError | null>(null)
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  async readConnections(): Promise<void> {
    await this.#try(async () => (this.connections = await this.#client.privacy.connections()))
  }

  async clearConnections(): Promise<void> {
    await this.#try(async () => (this.connections = await this.#client.privacy.clearConnections()))
  }

  async readAmounts(): Promise<void> {
    this.report = null
    await this.#try(async () => (this.amounts = await this.#client.privacy.amounts()))
  }

  async erase(what: readonly Erasable[]): Promise<void> {
    if (this.erasing) return
    this.erasing = true
    await this.#try(async () => (this.report = await this.#client.privacy.erase({ what: [...what] })))
    this.erasing = false
    if (what.includes('connections')) await this.#try(async () => (this.connections = await this.#client.privacy.connections()))
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    this.failure = null
    try {
      await work()
    } catch (thrown) {
      this.failure = readError(thrown)
    }
  }
}

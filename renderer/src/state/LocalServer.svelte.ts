import type { ServerState } from '../../../main/contract/domains/server.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import type { Report } from './report.ts'

/** The server for other programs, as the settings show it. Known only while somebody looks. */
export class LocalServer {
  state = $state.raw<ServerState | null>(null)
  /** Null until the person asked to see it. */
  token = $state.raw<string | null>(null)
  readonly #client: Client
  readonly #report: Report

  constructor(client: Client, report: Report) {
    this.#client = client
    this.#report = report
  }

  /** Follows the state until the signal aborts; the token is forgotten then. */
  async watch(signal: AbortSignal): Promise<void> {
    try {
      for await (const state of await this.#client.server.watch({}, { signal })) this.state = state
    } catch (thrown) {
      if (!signal.aborted) this.#report(thrown)
    } finally {
      this.token = null
      this.state = null
    }
  }

  async showToken(): Promise<void> {
    await this.#try(async () => (this.token = (await this.#client.server.token()).token))
  }

  /** Shows the new one in place of the old one. */
  async renewToken(): Promise<void> {
    await this.#try(async () => (this.token = (await this.#client.server.renewToken()).token))
  }

  async retry(): Promise<void> {
    await this.#try(async () => await this.#client.server.retry())
  }

  async #try(call: () => Promise<unknown>): Promise<void> {
    try {
      await call()
    } catch (thrown) {
      this.#report(thrown)
    }
  }
}

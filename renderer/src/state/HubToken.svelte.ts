import type { Client } from '../transport/Connection.svelte.ts'
import type { Report } from './report.ts'

/** Whether the hub's access token is set. The token itself never comes back to the page. */
export class HubToken {
  /** Null until the services have told it. */
  set = $state<boolean | null>(null)
  readonly #client: Client
  readonly #report: Report

  constructor(client: Client, report: Report) {
    this.#client = client
    this.#report = report
  }

  async load(): Promise<void> {
    const { set } = await this.#client.models.hubToken.isSet()
    this.set = set
  }

  /** Keeps a token, or forgets it for null; true where that worked. */
  async change(token: string | null): Promise<boolean> {
    try {
      const { set } = await this.#client.models.hubToken.change({ token })
      this.set = set
      return true
    } catch (thrown) {
      this.#report(thrown)
      return false
    }
  }
}

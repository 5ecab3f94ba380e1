import type { Download } from '../../../main/contract/domains/download.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { Catalogue } from './Catalogue.svelte.ts'
import { Downloads } from './Downloads.svelte.ts'
import { HubToken } from './HubToken.svelte.ts'
import { Library } from './Library.svelte.ts'
import { Machine } from './Machine.svelte.ts'
import type { Report } from './report.ts'
import { RepositoryLookup } from './RepositoryLookup.svelte.ts'

/** Everything the page knows about models besides the one in use. */
export class Models {
  readonly library: Library
  readonly downloads: Downloads
  readonly catalogue: Catalogue
  readonly repository: RepositoryLookup
  readonly token: HubToken
  readonly machine: Machine
  readonly #report: Report

  constructor(client: Client, report: Report) {
    this.#report = report
    this.library = new Library(client, report)
    this.catalogue = new Catalogue(client)
    this.repository = new RepositoryLookup(client)
    this.token = new HubToken(client, report)
    this.machine = new Machine(client)
    this.downloads = new Downloads({ client, report, finished: (download) => void this.#finished(download) })
  }

  /** Brings what the Models page shows up to date. */
  refresh(): void {
    void this.library.refresh()
    void this.catalogue.load()
    this.token.load().catch(this.#report)
  }

  async #finished({ id, installed }: Download): Promise<void> {
    await this.library.refresh()
    if (installed !== null && this.downloads.useWhenDone.delete(id)) await this.library.use(installed)
  }
}

import { SvelteSet } from 'svelte/reactivity'
import type { Download, DownloadRequest } from '../../../main/contract/domains/download.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { downloadNews, isUnderWay, overallFraction, type DownloadNews } from './downloadNews.ts'
import type { Report } from './report.ts'

/** The least the downloads need from the rest of the page. */
export interface DownloadsHost {
  readonly client: Client
  report: Report
  /** A download ended well. */
  finished(download: Download): void
}

/** The downloads as the services tell them, and what a person can ask of each. */
export class Downloads {
  list = $state.raw<readonly Download[]>([])
  /** What happened last that is worth saying aloud. */
  news = $state.raw<readonly DownloadNews[]>([])
  /** Ids of downloads that were asked something and have not answered. */
  readonly busy = new SvelteSet<string>()
  /** Ids of downloads whose model is to be loaded as soon as it is there; known to this page alone. */
  readonly useWhenDone = new SvelteSet<string>()
  readonly underWay = $derived(this.list.filter(isUnderWay))
  readonly fraction = $derived(overallFraction(this.list))
  readonly #host: DownloadsHost

  constructor(host: DownloadsHost) {
    this.#host = host
  }

  /** Follows the downloads until the signal aborts or the channel closes. */
  async watch(signal: AbortSignal): Promise<void> {
    for await (const list of await this.#host.client.models.downloads.watch({}, { signal })) this.take(list)
  }

  /** A new picture of all downloads. */
  take(list: readonly Download[]): void {
    const before = this.list
    this.list = list
    const news = downloadNews(before, list)
    if (news.length > 0) this.news = news
    for (const download of list) {
      const earlier = before.find(({ id }) => id === download.id)
      if (download.state === 'done' && earlier !== undefined && earlier.state !== 'done') this.#host.finished(download)
    }
  }

  /** The download of a variant of the catalogue that is not at its end. */
  ofCatalogue(model: string): Download | null {
    return this.list.find(({ request, state }) => request.type === 'catalogue' && request.model === model && state !== 'done') ?? null
  }

  /** Starts a download; returns its id, null where the services refused. `use` loads the model as soon as it is there. */
  async start(request: DownloadRequest, use: boolean): Promise<string | null> {
    try {
      const { id } = await this.#host.client.models.downloads.start(request)
      if (use) this.useWhenDone.add(id)
      return id
    } catch (thrown) {
      this.#host.report(thrown)
      return null
    }
  }

  async pause(id: string): Promise<void> {
    await this.#ask(id, async () => await this.#host.client.models.downloads.pause({ id }))
  }

  async resume(id: string): Promise<void> {
    await this.#ask(id, async () => await this.#host.client.models.downloads.resume({ id }))
  }

  /** Ends a download and deletes what has arrived; a finished one only leaves the list. */
  async cancel(id: string): Promise<void> {
    await this.#ask(id, async () => await this.#host.client.models.downloads.cancel({ id }))
  }

  async #ask(id: string, work: () => Promise<unknown>): Promise<void> {
    this.busy.add(id)
    try {
      await work()
    } catch (thrown) {
      this.#host.report(thrown)
    } finally {
      this.busy.delete(id)
    }
  }
}

import type { SampleImage } from '../../../main/contract/domains/image.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import type { Report } from './report.ts'

/** A sample picture, with a blob URL of its preview that is good for the life of the page. */
export interface Sample extends SampleImage {
  readonly address: string
}

/** The pictures that come with the app; fetched once, when they are first to be shown. */
export class Samples {
  /** Null until they are known. */
  list = $state.raw<readonly Sample[] | null>(null)
  readonly #client: Client
  readonly #report: Report
  #loading = false

  constructor(client: Client, report: Report) {
    this.#client = client
    this.#report = report
  }

  async load(): Promise<void> {
    if (this.list !== null || this.#loading) return
    this.#loading = true
    try {
      const samples = await this.#client.images.samples()
      this.list = samples.map((sample) => ({ ...sample, address: URL.createObjectURL(sample.preview) }))
    } catch (thrown) {
      this.#report(thrown)
    } finally {
      this.#loading = false
    }
  }
}

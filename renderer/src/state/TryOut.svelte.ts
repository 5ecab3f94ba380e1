import type { Cell } from '../../../main/contract/domains/extraction.ts'
import type { ImageRef } from '../../../main/contract/domains/image.ts'
import type { Template } from '../../../main/contract/domains/template.ts'
import { AppError, isAbort } from '../../../main/contract/errors/AppError.ts'
import { imageFileMegabytes } from '../../../main/contract/limits.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { readError } from '../transport/errors.ts'

/** What a template is tried on: a page of a document, as a stored picture. */
export interface TriedPage {
  /** Named as the document. */
  readonly picture: ImageRef
  /** From 1. */
  readonly page: number
  readonly pages: number
  /** Where its other pages come from; null for a sample, which has none. */
  readonly file: File | null
}

/** A template tried on one page of one document. */
export class TryOut {
  tried = $state.raw<TriedPage | null>(null)
  /** Cells by the names of fields, as they come. */
  cells = $state.raw<Readonly<Record<string, Cell>>>({})
  /** `stopped`: called off before the page was read to its end. */
  state = $state<'empty' | 'adding' | 'ready' | 'reading' | 'stopped' | 'done'>('empty')
  /** 0..1; null where it cannot be known. */
  fraction = $state<number | null>(null)
  error = $state.raw<AppError | null>(null)
  smallPrint = $state(false)
  /** What the cells were read with; they tell nothing about a template that was changed since. */
  template = $state.raw<Template | null>(null)
  readonly #client: Client
  #abort = new AbortController()
  /** What is true again where a page that is being stored never comes. */
  #before: 'empty' | 'ready' | 'stopped' | 'done' = 'empty'
  /** What is being stored; null: nothing, or a sample. */
  #turning: { readonly template: Template; readonly page: number } | null = null

  constructor(client: Client) {
    this.#client = client
  }

  /** Reads a page (from 1) of a document, once it is stored as a picture. */
  async give(template: Template, file: File, page = 1): Promise<void> {
    await this.#store(template, async (signal) => {
      const megabytes = Math.ceil(file.size / 1e6)
      // A file above the limit is refused here: it would end the connection that carries it.
      if (megabytes > imageFileMegabytes) throw new AppError('IMAGE_FILE_TOO_BIG', { name: file.name, megabytes, limitMegabytes: imageFileMegabytes })
      const { picture, pages } = await this.#client.templates.page({ file, name: file.name, page }, { signal })
      return { picture, page, pages, file }
    })
  }

  /** Reads another page of the same document. One that is on its way already is not asked for again. */
  async turnTo(template: Template, page: number): Promise<void> {
    const file = this.tried?.file ?? null
    const coming = this.state === 'adding' && this.#turning?.page === page && this.#turning.template === template
    if (file === null || coming) return
    const turning = { template, page }
    this.#turning = turning
    await this.give(template, file, page)
    if (this.#turning === turning) this.#turning = null
  }

  /** Reads a sample picture. */
  async giveSample(template: Template, name: string): Promise<void> {
    await this.#store(template, async (signal) => ({ picture: await this.#client.images.addSample({ name }, { signal }), page: 1, pages: 1, file: null }))
  }

  /** Reads the same page once more. */
  async again(template: Template): Promise<void> {
    if (this.tried !== null) await this.#work('reading', async (signal) => await this.#read(template, signal))
  }

  stop(): void {
    this.#abort.abort()
    if (this.state === 'reading') this.state = 'stopped'
    else if (this.state === 'adding') this.state = this.#before
  }

  async #store(template: Template, add: (signal: AbortSignal) => Promise<TriedPage>): Promise<void> {
    await this.#work('adding', async (signal) => {
      const tried = await add(signal)
      if (signal.aborted) return
      this.tried = tried
      await this.#read(template, signal)
    })
  }

  async #work(state: 'adding' | 'reading', work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#abort.abort()
    const abort = new AbortController()
    this.#abort = abort
    this.error = null
    // What had been read of a page stays on the screen until there is another page.
    if (this.state === 'reading') this.#before = 'stopped'
    else if (this.state !== 'adding') this.#before = this.state
    this.state = state
    try {
      await work(abort.signal)
    } catch (thrown) {
      if (abort.signal.aborted || isAbort(thrown)) return
      this.error = readError(thrown)
      this.state = this.state === 'adding' ? this.#before : 'ready'
    }
  }

  async #read(template: Template, signal: AbortSignal): Promise<void> {
    const { tried } = this
    if (tried === null) return
    this.cells = {}
    this.template = template
    this.smallPrint = false
    this.fraction = null
    this.state = 'reading'
    for await (const event of await this.#client.templates.try({ template, image: tried.picture.id, regions: [] }, { signal })) {
      if (signal.aborted) return
      if (event.type === 'progress') this.fraction = event.fraction
      else if (event.type === 'cell') this.cells = { ...this.cells, [event.name]: event.cell }
      else {
        this.cells = event.cells
        this.smallPrint = event.smallPrint
      }
    }
    if (!signal.aborted) this.state = 'done'
  }
}

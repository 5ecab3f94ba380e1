import type { Cell } from '../../../main/contract/domains/extraction.ts'
import type { ImageRef } from '../../../main/contract/domains/image.ts'
import type { Template } from '../../../main/contract/domains/template.ts'
import { AppError, isAbort } from '../../../main/contract/errors/AppError.ts'
import { imageFileMegabytes } from '../../../main/contract/limits.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { readError } from '../transport/errors.ts'

/** A template tried on one picture. */
export class TryOut {
  picture = $state.raw<ImageRef | null>(null)
  /** Cells by the names of fields, as they come. */
  cells = $state.raw<Readonly<Record<string, Cell>>>({})
  state = $state<'empty' | 'adding' | 'ready' | 'reading' | 'done'>('empty')
  /** 0..1; null where it cannot be known. */
  fraction = $state<number | null>(null)
  error = $state.raw<AppError | null>(null)
  smallPrint = $state(false)
  /** What the cells were read with; they tell nothing about a template that was changed since. */
  template = $state.raw<Template | null>(null)
  readonly #client: Client
  #abort = new AbortController()

  constructor(client: Client) {
    this.#client = client
  }

  /** Reads another picture, once it is stored. */
  async give(template: Template, file: File): Promise<void> {
    await this.#store(template, async (signal) => {
      const megabytes = Math.ceil(file.size / 1e6)
      // A file above the limit is refused here: it would end the connection that carries it.
      if (megabytes > imageFileMegabytes) throw new AppError('IMAGE_FILE_TOO_BIG', { name: file.name, megabytes, limitMegabytes: imageFileMegabytes })
      return await this.#client.images.add({ file, name: file.name }, { signal })
    })
  }

  /** Reads a sample picture. */
  async giveSample(template: Template, name: string): Promise<void> {
    await this.#store(template, (signal) => this.#client.images.addSample({ name }, { signal }))
  }

  /** Reads the same picture once more. */
  async again(template: Template): Promise<void> {
    if (this.picture !== null) await this.#work('reading', async (signal) => await this.#read(template, signal))
  }

  stop(): void {
    this.#abort.abort()
    if (this.state === 'reading') this.state = 'done'
    else if (this.state === 'adding') this.state = this.picture === null ? 'empty' : 'ready'
  }

  async #store(template: Template, add: (signal: AbortSignal) => Promise<ImageRef>): Promise<void> {
    await this.#work('adding', async (signal) => {
      const picture = await add(signal)
      if (signal.aborted) return
      this.picture = picture
      await this.#read(template, signal)
    })
  }

  async #work(state: 'adding' | 'reading', work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#abort.abort()
    const abort = new AbortController()
    this.#abort = abort
    this.error = null
    this.state = state
    try {
      await work(abort.signal)
    } catch (thrown) {
      if (abort.signal.aborted || isAbort(thrown)) return
      this.error = readError(thrown)
      this.state = this.picture === null ? 'empty' : 'ready'
    }
  }

  async #read(template: Template, signal: AbortSignal): Promise<void> {
    const { picture } = this
    if (picture === null) return
    this.cells = {}
    this.template = template
    this.smallPrint = false
    this.fraction = null
    this.state = 'reading'
    for await (const event of await this.#client.templates.try({ template, image: picture.id, regions: [] }, { signal })) {
      if (signal.aborted) return
      if (event.type === 'progress') this.fraction = event.fraction
      else if (event.type === 'cell') this.cells = { ...this.cells, [event.name]: event.cell }
      else {
        this.cells = event.cells
        this.smallPrint = event.smallPrint
      }
    }
    this.state = 'done'
  }
}

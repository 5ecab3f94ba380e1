import type { ImageRef, SampleImage } from '../../../main/contract/domains/image.ts'
import { AppError, isAbort, type ErrorData } from '../../../main/contract/errors/AppError.ts'
import { imageFileMegabytes, imagesPerQuestion } from '../../../main/contract/limits.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { readError } from '../transport/errors.ts'

/** A picture on its way into a question. */
export class Attachment {
  readonly key: number
  readonly name: string
  /** A blob URL of the picture itself, to show something while the services still work. */
  readonly preview: string
  image = $state.raw<ImageRef | null>(null)
  error = $state.raw<ErrorData | null>(null)
  readonly uploading = $derived(this.image === null && this.error === null)

  constructor(key: number, name: string, preview: string) {
    this.key = key
    this.name = name
    this.preview = preview
  }
}

/** A picture to attach: what to show meanwhile, and how the services come to store it. */
interface Given {
  readonly name: string
  readonly picture: Blob
  readonly store: (signal: AbortSignal) => Promise<ImageRef>
}

/** What was taken out of a draft to be asked. */
export interface Taken {
  readonly text: string
  readonly attachments: readonly Attachment[]
  readonly images: readonly ImageRef[]
}

/** What a person has typed and attached but not sent. Each chat has its own, so switching between chats loses nothing. */
export class Draft {
  text = $state('')
  attachments = $state.raw<readonly Attachment[]>([])
  readonly uploading = $derived(this.attachments.some((attachment) => attachment.uploading))
  /** A picture could not be added; a question sent now would be asked without it. */
  readonly failed = $derived(this.attachments.some(({ error }) => error !== null))
  /** More pictures than a question takes: a question that was not taken came back to a draft with others in it. */
  readonly tooMany = $derived(this.attachments.length > imagesPerQuestion)
  readonly images = $derived(this.attachments.flatMap(({ image }) => (image === null ? [] : [image])))
  readonly #client: Client
  readonly #settled: () => void
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- no template reads it
  readonly #aborts = new Map<number, AbortController>()
  #nextKey = 1

  /** @param settled Called when the last picture that was on its way is there, has failed or was removed. */
  constructor(client: Client, settled: () => void) {
    this.#client = client
    this.#settled = settled
  }

  /** Attaches files in place of those that failed before; files above the limit are left out and counted in the result. */
  add(files: readonly File[]): number {
    return this.#take(files.map((file) => ({ name: file.name, picture: file, store: (signal) => this.#send(file, signal) })))
  }

  /** Attaches a picture that came with the app, as `add` does. */
  addSample({ name, preview }: SampleImage): number {
    return this.#take([{ name, picture: preview, store: (signal) => this.#client.images.addSample({ name }, { signal }) }])
  }

  /** Attaches a picture that is stored already, as `add` does. */
  addStored(image: ImageRef): number {
    return this.#take([{ name: image.name, picture: new Blob(), store: () => Promise.resolve(image) }])
  }

  remove(attachment: Attachment): void {
    this.#aborts.get(attachment.key)?.abort()
    this.#aborts.delete(attachment.key)
    URL.revokeObjectURL(attachment.preview)
    this.attachments = this.attachments.filter((other) => other !== attachment)
  }

  /** Empties the draft for its question to be asked; what is typed and attached from now on belongs to the next one. */
  take(): Taken {
    const { text, attachments, images } = this
    this.text = ''
    this.attachments = []
    return { text, attachments, images }
  }

  /** Puts a question that was not taken in front of what was typed and attached meanwhile. */
  putBack({ text, attachments }: Taken): void {
    const meanwhile = this.attachments
    this.text = this.text === '' ? text : `${text}\n${this.text}`
    this.attachments = [...attachments, ...meanwhile]
    for (const attachment of meanwhile) this.#dropDoubles(attachment)
  }

  /** Frees what was kept for a question that was asked. */
  release({ attachments }: Taken): void {
    for (const { preview } of attachments) URL.revokeObjectURL(preview)
  }

  #take(given: readonly Given[]): number {
    for (const failed of this.attachments.filter(({ error }) => error !== null)) this.remove(failed)
    const room = imagesPerQuestion - this.attachments.length
    const taken = given.slice(0, Math.max(0, room))
    for (const one of taken) void this.#attach(one)
    return given.length - taken.length
  }

  /** A file above the limit is refused here: it would end the connection that carries it. */
  async #send(file: File, signal: AbortSignal): Promise<ImageRef> {
    const megabytes = Math.ceil(file.size / 1e6)
    if (megabytes > imageFileMegabytes) throw new AppError('IMAGE_FILE_TOO_BIG', { name: file.name, megabytes, limitMegabytes: imageFileMegabytes })
    return await this.#client.images.add({ file, name: file.name }, { signal })
  }

  async #attach({ name, picture, store }: Given): Promise<void> {
    const attachment = new Attachment(this.#nextKey++, name, URL.createObjectURL(picture))
    this.attachments = [...this.attachments, attachment]
    const abort = new AbortController()
    this.#aborts.set(attachment.key, abort)
    try {
      attachment.image = await store(abort.signal)
      this.#dropDoubles(attachment)
    } catch (thrown) {
      if (isAbort(thrown)) return
      const { code, params } = readError(thrown)
      attachment.error = { code, params }
    } finally {
      this.#aborts.delete(attachment.key)
      if (!this.uploading) this.#settled()
    }
  }

  #dropDoubles(added: Attachment): void {
    const first = this.attachments.find(({ image }) => image !== null && image.id === added.image?.id)
    if (first !== undefined && first !== added) this.remove(added)
  }
}

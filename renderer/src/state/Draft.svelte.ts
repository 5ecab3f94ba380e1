import type { AddedImage, ImageRef, SampleImage } from '../../../main/contract/domains/image.ts'
import { AppError, isAbort } from '../../../main/contract/errors/AppError.ts'
import { imageFileMegabytes, imagesPerQuestion } from '../../../main/contract/limits.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { readError } from '../transport/errors.ts'
import { Attachment } from './Attachment.svelte.ts'
import { FilePages } from './FilePages.ts'
import { hasPages } from './hasPages.ts'

export { Attachment }

/** A picture to attach: what to show meanwhile, and how the services come to store it. */
export interface Given {
  readonly name: string
  /** Null for one that is stored already. */
  readonly picture: Blob | null
  readonly store: (signal: AbortSignal, attachment: Attachment) => Promise<AddedImage>
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
  readonly #pages: FilePages
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- no template reads it
  readonly #aborts = new Map<number, AbortController>()
  #nextKey = 1

  /** @param settled Called when the last picture that was on its way is there, has failed or was removed. */
  constructor(client: Client, settled: () => void) {
    this.#client = client
    this.#settled = settled
    this.#pages = new FilePages(client, () => imagesPerQuestion - this.attachments.length + 1)
  }

  /** Attaches files in place of those that failed before; files above the limit are left out and counted in the result. */
  add(files: readonly File[]): number {
    return this.#take(files.map((file) => ({ name: file.name, picture: file, store: (signal, attachment) => this.#send(file, signal, attachment) })))
  }

  /** Attaches a picture that came with the app, as `add` does. */
  addSample({ name, preview }: SampleImage): number {
    return this.#take([{ name, picture: preview, store: (signal) => this.#client.images.addSample({ name }, { signal }) }])
  }

  /** Attaches pictures that are stored already. */
  addStored(images: readonly ImageRef[]): void {
    const stored = images.map((image) => {
      const attachment = new Attachment(this.#nextKey++, image.name, null)
      attachment.image = image
      return attachment
    })
    this.attachments = [...this.attachments, ...stored]
  }

  /** Attaches a picture that is stored already, as `add` does. */
  attachStored(image: ImageRef): number {
    return this.#take([{ name: image.name, picture: null, store: () => Promise.resolve({ ...image, frames: 1 }) }])
  }

  remove(attachment: Attachment): void {
    this.#aborts.get(attachment.key)?.abort()
    this.#aborts.delete(attachment.key)
    attachment.release()
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
    for (const attachment of attachments) attachment.release()
  }

  #take(given: readonly Given[]): number {
    for (const failed of this.attachments.filter(({ error }) => error !== null)) this.remove(failed)
    const room = imagesPerQuestion - this.attachments.length
    const taken = given.slice(0, Math.max(0, room))
    for (const one of taken) void this.#attach(one)
    return given.length - taken.length
  }

  /**
   * A file above the limit is refused here: it would end the connection that carries it. One of several pages waits for the person's
   * choice; its attachment becomes the first page, and the others follow it.
   */
  async #send(file: File, signal: AbortSignal, attachment: Attachment): Promise<AddedImage> {
    const megabytes = Math.ceil(file.size / 1e6)
    if (megabytes > imageFileMegabytes) throw new AppError('IMAGE_FILE_TOO_BIG', { name: file.name, megabytes, limitMegabytes: imageFileMegabytes })
    if (!(await hasPages(file))) return await this.#client.images.add({ file, name: file.name }, { signal })
    return await this.#pages.store(file, attachment, signal, (others) => {
      const at = this.attachments.indexOf(attachment) + 1
      return Promise.all(others.map((other, index) => this.#attach(other, at + index)))
    })
  }

  async #attach({ name, picture, store }: Given, at = this.attachments.length): Promise<void> {
    const attachment = new Attachment(this.#nextKey++, name, picture)
    this.attachments = this.attachments.toSpliced(at, 0, attachment)
    const abort = new AbortController()
    this.#aborts.set(attachment.key, abort)
    try {
      const { frames, ...image } = await store(abort.signal, attachment)
      attachment.frames = frames
      attachment.image = image
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

import type { AddedImage } from '../../../main/contract/domains/image.ts'
import type { OpenedPages } from '../../../main/contract/domains/pages.ts'
import { AppError } from '../../../main/contract/errors/AppError.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import type { Attachment } from './Attachment.svelte.ts'
import type { Given } from './Draft.svelte.ts'
import { PageChoice, type ChosenPage } from './PageChoice.svelte.ts'

/** Brings the pages of PDF and TIFF files into a question: all of a file of one, else those the person chooses. */
export class FilePages {
  readonly #client: Client
  readonly #room: () => number
  /** One choice at a time, in the order of the files. */
  #line: Promise<unknown> = Promise.resolve()

  /** @param room How many pages the question has room for in place of one attachment. */
  constructor(client: Client, room: () => number) {
    this.#client = client
    this.#room = room
  }

  /** Stores the first of the chosen pages as `attachment`, and hands the others to `attach`. Rejects `ABORTED`, and like `pages.open`. */
  async store(file: File, attachment: Attachment, signal: AbortSignal, attach: (others: readonly Given[]) => Promise<unknown>): Promise<AddedImage> {
    // The services keep the file open until then: longer than this attachment is there, where others come from the same file.
    const hold = new AbortController()
    const letGo = () => hold.abort()
    signal.addEventListener('abort', letGo, { once: true })
    const prepared = await this.#prepare(file, attachment, signal, hold.signal).catch((thrown: unknown) => {
      letGo()
      throw thrown
    })
    const [first, ...others] = prepared.pages
    if (first === undefined) throw new AppError('ABORTED')
    // Removing this attachment must not take the file away from the others.
    signal.removeEventListener('abort', letGo)
    attachment.become(first.name, first.preview)
    const add = async ({ page, name }: ChosenPage, aborted: AbortSignal) => await this.#client.pages.add({ id: prepared.id, page, name }, { signal: aborted })
    const stored = add(first, signal)
    const rest = attach(others.map((one) => ({ name: one.name, picture: one.preview ?? file, store: (aborted) => add(one, aborted) })))
    void Promise.allSettled([stored, rest]).then(letGo)
    return await stored
  }

  /** Rejects `ABORTED` where no page was chosen. */
  async #prepare(file: File, attachment: Attachment, signal: AbortSignal, hold: AbortSignal): Promise<{ id: string; pages: readonly ChosenPage[] }> {
    const opened = await this.#open(file, hold)
    if (opened.pages === 1) return { id: opened.id, pages: [{ page: 1, name: file.name, preview: null }] }
    const pages = await this.#choose(opened, file, attachment, signal)
    if (pages.length === 0) throw new AppError('ABORTED')
    return { id: opened.id, pages }
  }

  async #open(file: File, signal: AbortSignal): Promise<OpenedPages> {
    const stream = await this.#client.pages.open({ file, name: file.name }, { signal })
    const first = await stream.next()
    if (first.done === true) throw new AppError('DOCUMENT_CLOSED')
    // The rest of the stream only tells that the file is let go of.
    void stream.next().catch(() => undefined)
    return first.value
  }

  async #choose({ id, pages }: OpenedPages, { name }: File, attachment: Attachment, signal: AbortSignal): Promise<readonly ChosenPage[]> {
    const choice = this.#line.then(async () => {
      if (signal.aborted) return []
      return await new Promise<readonly ChosenPage[]>((resolve) => {
        const draw = async (page: number) => (await this.#client.pages.preview({ id, page }, { signal })).preview
        attachment.choice = new PageChoice({ name, pages, room: Math.max(1, this.#room()) }, draw, resolve)
        signal.addEventListener('abort', () => resolve([]), { once: true })
      }).finally(() => {
        attachment.choice = null
      })
    })
    this.#line = choice
    return await choice
  }
}

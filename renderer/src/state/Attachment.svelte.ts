import type { ImageRef } from '../../../main/contract/domains/image.ts'
import type { ErrorData } from '../../../main/contract/errors/AppError.ts'
import type { PageChoice } from './PageChoice.svelte.ts'

/** A picture on its way into a question. */
export class Attachment {
  readonly key: number
  name = $state('')
  /** A blob URL of the picture itself, to show something while the services still work; empty for one that is stored already. */
  preview = $state('')
  image = $state.raw<ImageRef | null>(null)
  /** Pictures in the file it was made of; the first is what is asked about. */
  frames = $state(1)
  error = $state.raw<ErrorData | null>(null)
  /** The file has several pages, and waits for the person to choose among them. */
  choice = $state.raw<PageChoice | null>(null)
  readonly uploading = $derived(this.image === null && this.error === null)

  constructor(key: number, name: string, picture: Blob | null) {
    this.key = key
    this.name = name
    if (picture !== null) this.preview = URL.createObjectURL(picture)
  }

  /** It stands for a part of its file from now on. */
  become(name: string, picture: Blob | null): void {
    this.name = name
    if (picture === null) return
    this.release()
    this.preview = URL.createObjectURL(picture)
  }

  /** Frees what only this page holds of it. */
  release(): void {
    URL.revokeObjectURL(this.preview)
  }
}

import { SvelteMap } from 'svelte/reactivity'
import { isAbort } from '../../../main/contract/errors/AppError.ts'

/** A page that a person wants in the question, with the picture shown of it where it was seen. */
export interface ChosenPage {
  readonly page: number
  /** What its attachment is called. */
  readonly name: string
  readonly preview: Blob | null
}

/** Pages whose picture is drawn at once: the first row and a half. */
const shownAtOnce = 60

/** A file of several pages, of which a person chooses those to ask about. */
export class PageChoice {
  readonly name: string
  readonly pages: number
  /** Most pages the question still has room for. */
  readonly room: number
  /** Pages offered so far; a file may have thousands. */
  offered = $state(0)
  /** In the order of the file. */
  chosen = $state.raw<readonly number[]>([])
  readonly full = $derived.by(() => this.chosen.length >= this.room)
  /** Pages as they look: absent as long as it is not known, null where it cannot be drawn. */
  readonly previews = new SvelteMap<number, Blob | null>()
  readonly #draw: (page: number) => Promise<Blob>
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- no template reads it
  readonly #asked = new Set<number>()
  readonly #settle: (pages: readonly ChosenPage[]) => void
  /** Pages are drawn one after the other, in the order in which they are seen. */
  #line: Promise<void> = Promise.resolve()

  /** @param settle Called once with the pages to attach. */
  constructor(file: { readonly name: string; readonly pages: number; readonly room: number }, draw: (page: number) => Promise<Blob>, settle: (pages: readonly ChosenPage[]) => void) {
    this.name = file.name
    this.pages = file.pages
    this.room = file.room
    this.#draw = draw
    this.#settle = settle
    this.offerMore()
    this.chooseFirst()
  }

  /** As many pages from the beginning as there is room for. */
  chooseFirst(): void {
    this.chosen = Array.from({ length: Math.min(this.room, this.pages) }, (_, index) => index + 1)
  }

  chooseNone(): void {
    this.chosen = []
  }

  toggle(page: number): void {
    if (this.chosen.includes(page)) this.chosen = this.chosen.filter((other) => other !== page)
    else if (!this.full) this.chosen = [...this.chosen, page].sort((a, b) => a - b)
  }

  offerMore(): void {
    this.offered = Math.min(this.pages, this.offered + shownAtOnce)
  }

  /** Has a page drawn that came into sight. */
  show(page: number): void {
    if (this.#asked.has(page)) return
    this.#asked.add(page)
    this.#line = this.#line.then(async () => {
      try {
        this.previews.set(page, await this.#draw(page))
      } catch (thrown) {
        // The page can be chosen all the same: its attachment then says what is wrong with it.
        if (!isAbort(thrown)) this.previews.set(page, null)
      }
    })
  }

  /** Takes the chosen pages, in their order. */
  confirm(nameOf: (page: number) => string): void {
    this.#settle(this.chosen.map((page) => ({ page, name: nameOf(page), preview: this.previews.get(page) ?? null })))
  }
}

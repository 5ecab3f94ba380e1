import { changePlace, enterPlace, formatOver, readPlace, type ExtractPlace, type Over } from './place.ts'

export type ModelsTab = 'installed' | 'get'

/** What lies over the chat: the Models page and which half of it shows, or a screen of the Extract page. */
export class Navigation {
  over = $state.raw<Over>(null)
  tab = $state<ModelsTab>('installed')
  readonly page = $derived(this.over === null ? 'chat' : this.over === 'models' ? 'models' : 'extract')
  /** The screen of the Extract page; null where that does not show. */
  readonly extract = $derived(this.over === null || this.over === 'models' ? null : this.over)
  /** What showed before, the last one last, as far as this page has put it into the history: going back goes there. */
  #before: Over[] = []
  /** `#back` has gone back, and the browser has not told yet. */
  #returning = false

  constructor() {
    this.over = readPlace().over
  }

  openModels(tab: ModelsTab): void {
    this.tab = tab
    if (this.over !== 'models') this.#enter('models')
  }

  /** Back to the chat that lies under the page. */
  leaveModels(): void {
    this.#back(null)
  }

  /** Goes on to a screen of the Extract page, from which the browser's Back leads here again. */
  openExtract(place: ExtractPlace): void {
    if (formatOver(this.over) !== formatOver(place)) this.#enter(place)
  }

  /** Shows another screen in place of this one, such as the other list, or a template that has just got its id. */
  turnTo(place: ExtractPlace): void {
    this.over = place
    changePlace({ over: place })
  }

  /** From a screen of the Extract page to the one above it; from its lists to the chat. */
  leaveExtract(): void {
    if (this.extract !== null) this.#back(above(this.extract))
  }

  /** A chat was chosen: it takes the place of what lies over it. */
  showChat(): void {
    if (this.over === null) return
    this.over = null
    this.#before = []
    changePlace({ over: null })
  }

  /**
   * The place in the history changed. Returns the chat to show: after the browser's Back or Forward the one of the address;
   * after going back by a button the one that is there, which may have got its id since the page was opened.
   */
  follow(shown: string | null): string | null {
    const { chatId, over } = readPlace()
    this.over = over
    if (!this.#returning) {
      this.#before = []
      return chatId
    }
    this.#returning = false
    changePlace({ chatId: shown })
    return shown
  }

  #enter(over: Over): void {
    this.#before.push(this.over)
    this.over = over
    enterPlace({ over })
  }

  #back(to: Over): void {
    if (formatOver(this.over) === formatOver(to)) return
    this.over = to
    const at = this.#before.findLastIndex((over) => formatOver(over) === formatOver(to))
    this.#returning = at !== -1
    if (at === -1) {
      this.#before = []
      changePlace({ over: to })
      return
    }
    const steps = this.#before.length - at
    this.#before.length = at
    history.go(-steps)
  }
}

function above(place: ExtractPlace): Over {
  if (place.view === 'template') return { view: 'templates' }
  if (place.view !== 'run') return null
  return place.review ? { view: 'run', run: place.run, review: false } : { view: 'runs' }
}

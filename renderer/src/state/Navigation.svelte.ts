import { changePlace, enterPlace, readPlace } from './place.ts'

export type ModelsTab = 'installed' | 'get'

/** Whether the Models page lies over the chat, and which half of it shows. */
export class Navigation {
  page = $state<'chat' | 'models'>('chat')
  tab = $state<ModelsTab>('installed')
  /** The entry of the Models page was put into the history by this page, so that going back leads to the chat. */
  #entered = false
  /** `leaveModels` has gone back, and the browser has not told yet. */
  #returning = false

  constructor() {
    this.page = readPlace().models ? 'models' : 'chat'
  }

  openModels(tab: ModelsTab): void {
    this.tab = tab
    if (this.page === 'models') return
    this.page = 'models'
    this.#entered = true
    enterPlace({ models: true })
  }

  /** Back to the chat that lies under the Models page. */
  leaveModels(): void {
    if (this.page === 'chat') return
    this.page = 'chat'
    this.#returning = this.#entered
    this.#entered = false
    if (this.#returning) history.back()
    else changePlace({ models: false })
  }

  /** A chat was chosen: it takes the place of the Models page. */
  showChat(): void {
    if (this.page === 'chat') return
    this.page = 'chat'
    this.#entered = false
    changePlace({ models: false })
  }

  /**
   * The place in the history changed. Returns the chat to show: after the browser's Back or Forward the one of the address;
   * after `leaveModels` the one that is there, which may have got its id since the Models page was opened.
   */
  follow(shown: string | null): string | null {
    const { chatId, models } = readPlace()
    this.#entered = false
    this.page = models ? 'models' : 'chat'
    if (!this.#returning) return chatId
    this.#returning = false
    changePlace({ chatId: shown })
    return shown
  }
}

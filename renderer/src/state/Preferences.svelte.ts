import type { AppInfo, Settings, SettingsPatch } from '../../../main/contract/domains/app.ts'
import type { Words } from '../i18n/Words.svelte.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import type { Report } from './report.ts'

const themeKey = 'llava-desk.theme'

/** What the person chose, and the facts about this start. The services keep both; this is the page's view. */
export class Preferences {
  settings = $state.raw<Settings | null>(null)
  info = $state.raw<AppInfo | null>(null)
  /** Notices of this start that were put away. */
  #dismissed = $state(false)
  readonly notices = $derived(this.#dismissed ? [] : (this.info?.notices ?? []))
  readonly #client: Client
  readonly #words: Words
  readonly #report: Report

  constructor(client: Client, words: Words, report: Report) {
    this.#client = client
    this.#words = words
    this.#report = report
  }

  async load(): Promise<void> {
    const [info, settings] = await Promise.all([this.#client.app.info(), this.#client.app.settings()])
    this.info = info
    this.#take(settings)
  }

  async refresh(): Promise<void> {
    this.#take(await this.#client.app.settings())
  }

  /** Shows the change at once and takes it back where the services refuse it. */
  async change(patch: SettingsPatch): Promise<void> {
    const before = this.settings
    if (before !== null) this.#take({ ...before, ...patch })
    try {
      this.#take(await this.#client.app.changeSettings(patch))
    } catch (thrown) {
      if (before !== null) this.#take(before)
      this.#report(thrown)
    }
  }

  dismissNotices(): void {
    this.#dismissed = true
  }

  #take(settings: Settings): void {
    this.settings = settings
    this.#words.use(settings.language, this.info?.systemLanguage ?? navigator.language)
    applyTheme(settings.theme)
    localStorage.setItem(themeKey, settings.theme)
  }
}

/** Puts the theme of the last visit on the page before the services answer, so that it does not flash. */
export function applyRememberedTheme(): void {
  applyTheme(localStorage.getItem(themeKey) ?? 'system')
}

function applyTheme(theme: string): void {
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme
  else delete document.documentElement.dataset['theme']
}

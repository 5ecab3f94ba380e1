import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import type { Run } from '../../../main/contract/domains/extraction.ts'
import type { StoredTemplate, Template } from '../../../main/contract/domains/template.ts'
import type { AppError } from '../../../main/contract/errors/AppError.ts'
import type { Language } from '../../../main/contract/language.ts'
import { translated } from '../../../main/contract/templateWords.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { readError } from '../transport/errors.ts'
import { keep, readKept, type DraftStorage } from './keptDrafts.ts'
import type { Report } from './report.ts'
import { TemplateDraft } from './TemplateDraft.svelte.ts'

export type TemplateVersion = Awaited<ReturnType<Client['templates']['versions']>>[number]

/** The key of the template that has no id yet. */
const fresh = ''

/** The templates at hand, and what is being made of them. Each has a draft of its own, so leaving the editor loses nothing. */
export class Templates {
  /** With their words in the language of the screen, where they have such. */
  readonly list = $derived.by<readonly StoredTemplate[]>(() => this.#stored.map((stored) => ({ ...stored, template: translated(stored, this.#language()) })))
  loaded = $state(false)
  /** Why the list could not be read. */
  error = $state.raw<AppError | null>(null)
  /** Ids of templates that are being saved or removed; '' for the new one. */
  readonly busy = new SvelteSet<string>()
  readonly #drafts = new SvelteMap<string, TemplateDraft>()
  #stored = $state.raw<readonly StoredTemplate[]>([])
  readonly #client: Client
  readonly #report: Report
  readonly #storage: DraftStorage
  readonly #language: () => Language
  #changes = 0

  constructor(client: Client, report: Report, storage: DraftStorage, language: () => Language) {
    this.#client = client
    this.#report = report
    this.#storage = storage
    this.#language = language
  }

  /** Asks for the list. An answer that is older than a change made here may lack it, so it is left, and asked for once more. */
  async refresh(): Promise<void> {
    try {
      for (let changes = -1; changes !== this.#changes; ) {
        changes = this.#changes
        const list = await this.#client.templates.list()
        if (changes === this.#changes) this.#stored = list
      }
      this.#followOthers()
      this.error = null
      this.loaded = true
    } catch (thrown) {
      const error = readError(thrown)
      if (error.code !== 'CONNECTION_LOST') this.error = error
    }
  }

  find(id: string): StoredTemplate | null {
    return this.list.find((template) => template.id === id) ?? null
  }

  /** A run's copy of its template, with the words that the template has in the language of the screen. */
  ofRun({ template, templateId }: Pick<Run, 'template' | 'templateId'>): Template {
    return translated({ template, translations: this.find(templateId)?.translations ?? {} }, this.#language())
  }

  /** The draft that is open for a template; null where none is. Does not open one. */
  draftOf(id: string): TemplateDraft | null {
    return this.#drafts.get(id) ?? null
  }

  /** Whether a template has changes that are not saved: on the screen, or kept from before the page was reloaded. */
  unsaved(id: string): boolean {
    return this.#drafts.get(id)?.dirty ?? readKept(this.#storage, id === fresh ? null : id) !== null
  }

  /** What another window has saved since a draft was begun; null where nothing was. */
  newerThan({ base, version }: TemplateDraft): StoredTemplate | null {
    const newest = this.#stored.find(({ id }) => id === base?.id) ?? null
    return newest !== null && newest.version > version ? newest : null
  }

  /** The draft of a template, with what was typed into it before; null where there is no such template. Null as id: the new one. */
  open(id: string | null): TemplateDraft | null {
    const open = this.#drafts.get(id ?? fresh)
    if (open !== undefined) return open
    const base = id === null ? null : this.find(id)
    return id !== null && base === null ? null : this.#begin(id, base)
  }

  /** Saves a draft as a version, and returns it: with a new id where it was new or shipped. Null where that failed. */
  async save(draft: TemplateDraft): Promise<StoredTemplate | null> {
    const key = draft.base?.id ?? fresh
    const sent = draft.template
    return await this.#ask(key, async () => {
      const saved = await this.#client.templates.save({ ...(draft.base === null ? {} : { id: draft.base.id }), template: sent })
      this.#take(saved)
      if (saved.id !== key) this.#move(draft, key, saved.id)
      draft.saved(saved, sent)
      return saved
    })
  }

  /** Throws away what is not saved. */
  discard(draft: TemplateDraft): void {
    const { base } = draft
    keep(this.#storage, base?.id ?? null, null)
    if (base === null) this.#drafts.delete(fresh)
    else draft.follow(this.newerThan(draft) ?? base)
  }

  /** A copy of a template under another title; null where that failed. */
  async duplicate({ id, template }: StoredTemplate, title: string): Promise<StoredTemplate | null> {
    return await this.#ask(id, async () => this.#take(await this.#client.templates.save({ template: { ...template, title } })))
  }

  /** Keeps what a template file or a JSON Schema says as a new template. Rejects with what is wrong with it. */
  async import(file: File): Promise<StoredTemplate> {
    const read = await this.#client.templates.read({ text: await file.text(), name: file.name })
    return this.#take(await this.#client.templates.save({ template: read }))
  }

  /** The text of a template as a file; null where that failed. */
  async write(template: Template, format: 'template' | 'schema'): Promise<{ readonly text: string; readonly name: string } | null> {
    return await this.#ask('', async () => await this.#client.templates.write({ template, format }))
  }

  /** The versions of a template that were saved. Rejects where they cannot be read. */
  async versions(id: string): Promise<readonly TemplateVersion[]> {
    return await this.#client.templates.versions({ id })
  }

  /** A template as it once was; null where that failed. */
  async version(id: string, version: number): Promise<StoredTemplate | null> {
    return await this.#ask(id, async () => await this.#client.templates.get({ id, version }))
  }

  /** Hides a template; false where that failed. */
  async remove(id: string): Promise<boolean> {
    const done = await this.#ask(id, async () => {
      await this.#client.templates.remove({ id })
      this.#changes++
      this.#stored = this.#stored.filter((other) => other.id !== id)
      return true
    })
    return done ?? false
  }

  async restore(id: string): Promise<void> {
    await this.#ask(id, async () => {
      this.#take(await this.#client.templates.restore({ id }))
      await this.refresh()
    })
  }

  /**
   * Drafts in which nobody has typed show what another window has saved, and what is kept stays: a third window may have typed it. For
   * the others see `newerThan`; they are kept once more, since the window that saved may have forgotten them.
   */
  #followOthers(): void {
    for (const draft of this.#drafts.values()) {
      const newest = this.newerThan(draft)
      if (newest === null) continue
      if (draft.dirty) this.#keep(draft)
      else draft.follow(newest)
    }
  }

  #keep({ base, dirty, version, template }: TemplateDraft): void {
    keep(this.#storage, base?.id ?? null, dirty ? { version, template } : null)
  }

  #begin(id: string | null, base: StoredTemplate | null): TemplateDraft {
    const draft: TemplateDraft = new TemplateDraft(base, () => this.#keep(draft))
    const kept = readKept(this.#storage, id)
    if (kept !== null) draft.resume(kept)
    // What was kept is what is saved by now: nothing newer is to be told of.
    if (base !== null && !draft.dirty) draft.follow(base)
    this.#drafts.set(id ?? fresh, draft)
    return draft
  }

  #move(draft: TemplateDraft, from: string, to: string): void {
    this.#drafts.delete(from)
    keep(this.#storage, from === fresh ? null : from, null)
    this.#drafts.set(to, draft)
  }

  /** Shipped ones stay first; among people's own the last changed is the first. */
  #take(template: StoredTemplate): StoredTemplate {
    this.#changes++
    const others = this.#stored.filter(({ id }) => id !== template.id)
    this.#stored = [...others.filter(({ origin }) => origin === 'shipped'), template, ...others.filter(({ origin }) => origin === 'own')]
    return template
  }

  async #ask<Answer>(key: string, work: () => Promise<Answer>): Promise<Answer | null> {
    this.busy.add(key)
    try {
      return await work()
    } catch (thrown) {
      this.#report(thrown)
      return null
    } finally {
      this.busy.delete(key)
    }
  }
}

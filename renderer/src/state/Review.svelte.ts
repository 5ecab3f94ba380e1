import { SvelteMap } from 'svelte/reactivity'
import type { CellContent, ExtractionRecord, Region, Run } from '../../../main/contract/domains/extraction.ts'
import type { Template, TemplateField } from '../../../main/contract/domains/template.ts'
import { isAbort, type AppError } from '../../../main/contract/errors/AppError.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { readError } from '../transport/errors.ts'
import { ReviewChanges, type ReviewChange } from './ReviewChanges.svelte.ts'
import type { ReviewNews } from './reviewNews.ts'
import { countToReview, matches, nextToReview, type CellPlace, type ReviewFilter } from './reviewOrder.ts'
import { RunRecords } from './RunRecords.svelte.ts'

/** The picture of a page, or why there is none. */
export type PagePicture = { readonly image: string; readonly width: number; readonly height: number } | { readonly error: AppError }

/** Milliseconds before a stream that ended is asked for again. */
const followAgainAfter = 1000

/** The review of a run: its records, where the person is, what they made of the cells, and what happened last. */
export class Review {
  run = $state.raw<Run | null>(null)
  filter = $state<ReviewFilter>('toReview')
  current = $state.raw<CellPlace | null>(null)
  /** What happened last, to be said aloud. */
  news = $state.raw<ReviewNews | null>(null)
  /** Id of the record that is being read again. */
  rereading = $state<string | null>(null)
  /** The run is not, or no longer, in the list. */
  missing = $state(false)
  readonly store: RunRecords
  readonly changes: ReviewChanges
  readonly runId: string
  readonly fields = $derived.by<readonly TemplateField[]>(() => (this.run === null ? [] : this.#shown(this.run).fields))
  readonly fieldNames = $derived(this.fields.map(({ name }) => name))
  readonly count = $derived.by(() => countToReview(this.store.list, (record, field) => this.changes.of(record, field)))
  readonly record = $derived.by(() => this.store.find(this.current?.record ?? null))
  readonly field = $derived.by(() => this.fields.find(({ name }) => name === this.current?.field) ?? null)
  /** The records that the filter lets through; the one in view stays, whatever was just made of it. */
  readonly visible = $derived.by(() => this.store.list.filter((record) => record.id === this.current?.record || this.#shows(record)))
  /** The record in view is one that the filter lets through, not only one that stays. */
  readonly matchesNow = $derived.by(() => this.record !== null && this.#shows(this.record))
  readonly pages = new SvelteMap<string, PagePicture>()
  /** Items whose pages are being drawn. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- no template reads it
  readonly #drawing = new Set<string>()
  readonly #client: Client
  readonly #shown: (run: Run) => Template

  /** @param shown The template of a run as it is shown: in the language of the screen. */
  constructor(client: Client, runId: string, shown: (run: Run) => Template) {
    this.#client = client
    this.#shown = shown
    this.runId = runId
    this.store = new RunRecords(async (from, count) => await client.runs.records({ id: runId, from, count }))
    this.changes = new ReviewChanges({
      save: async ({ record, field }, review) => await client.runs.review({ record, field, review }),
      held: ({ record, field }) => this.store.find(record)?.reviews[field] ?? null,
      saved: (record) => this.store.put(record),
      failed: ({ change }) => (this.news = { kind: 'saveFailed', ...change }),
    })
  }

  /** Follows the run until the signal aborts: its records as they come, and what others make of them. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const runs of await this.#client.runs.watch({}, { signal })) this.#take(runs)
      } catch (thrown) {
        const error = readError(thrown)
        if (!isAbort(thrown) && error.code !== 'CONNECTION_LOST' && error.code !== 'ABORTED') this.store.error = error
      }
      await new Promise((resolve) => setTimeout(resolve, followAgainAfter))
    }
  }

  /** Reads all records anew. */
  async reload(): Promise<void> {
    await this.store.read(true)
    this.#settle()
  }

  setFilter(filter: ReviewFilter): void {
    this.filter = filter
    const record = this.record
    if (record === null || this.#shows(record)) return
    const first = this.visible.find((other) => this.#shows(other))
    if (first !== undefined) this.enter(first.id)
  }

  go(place: CellPlace): void {
    this.current = place
  }

  /** Goes to the next cell to review; says so where there is none. True where it moved. */
  next(step: 1 | -1): boolean {
    const place = nextToReview(this.store.list, this.fieldNames, (record, field) => this.changes.of(record, field), this.current, step)
    if (place === null) this.news = this.count.left === 0 ? { kind: 'nothingLeft' } : { kind: 'onlyThis' }
    else this.current = place
    return place !== null
  }

  /** Goes to a record: to its first cell that the filter is about, else to the first. */
  enter(recordId: string): void {
    const record = this.store.find(recordId)
    const name = record === null ? undefined : (this.fieldNames.find((field) => this.#matches(record, field)) ?? this.fieldNames[0])
    if (name !== undefined) this.current = { record: recordId, field: name }
  }

  moveRecord(step: 1 | -1): boolean {
    const at = this.visible.findIndex(({ id }) => id === this.current?.record)
    const to = this.visible[at + step]
    if (to === undefined) this.news = { kind: step === 1 ? 'lastRecord' : 'firstRecord' }
    else this.enter(to.id)
    return to !== undefined
  }

  /** Takes the model's reading as right, unless the person has said something else of it; goes on to the next. */
  accept(): void {
    const { record, current } = this
    if (record === null || current === null) return
    if (this.changes.of(record, current.field) === null) this.#make('accepted', [this.#change(record, current.field, { state: 'accepted' })])
    this.#goOn()
  }

  /** Accepts whatever nobody has said anything of in this record; goes on to the next. */
  acceptRecord(): void {
    const { record } = this
    if (record === null) return
    const open = this.fieldNames.filter((field) => record.cells[field] !== undefined && this.changes.of(record, field) === null)
    this.#make('acceptedRecord', open.map((field) => this.#change(record, field, { state: 'accepted' })))
    this.#goOn()
  }

  markUnreadable(): void {
    const { record, current } = this
    if (record === null || current === null) return
    this.#make('unreadable', [this.#change(record, current.field, { state: 'unreadable' })])
    this.#goOn()
  }

  /** Puts the person's content beside the model's. */
  edit(place: CellPlace, content: CellContent): void {
    const record = this.store.find(place.record)
    if (record !== null) this.#make('edited', [this.#change(record, place.field, { state: 'edited', content })])
  }

  /** Back to the model's reading, to be reviewed anew. */
  takeBack(): void {
    const { record, current } = this
    if (record === null || current === null || this.changes.of(record, current.field) === null) return
    this.#make('takenBack', [this.#change(record, current.field, null)])
  }

  /** Undoes the newest step and goes where it was made. */
  undo(): void {
    this.#wentBack('undone', this.changes.undo())
  }

  /** Makes the step that was undone last once more and goes where it is made. */
  redo(): void {
    this.#wentBack('redone', this.changes.redo())
  }

  /** Reads fields of the record in view again from a part of its page. Null where it worked. */
  async readAgain(fields: readonly string[], region: Region): Promise<AppError | null> {
    const { record } = this
    if (record === null) return null
    this.rereading = record.id
    try {
      this.store.put(await this.#client.runs.readAgain({ record: record.id, fields: [...fields], region }))
      // What was undone was said of what had been read before.
      this.changes.forgetUndone()
      this.news = { kind: 'readAgain', record: record.id, field: fields[0] ?? '', cells: fields.length }
      return null
    } catch (thrown) {
      return readError(thrown)
    } finally {
      this.rereading = null
    }
  }

  /** Sets from which confidence on a value counts as sure. Null where it worked. */
  async setThreshold(threshold: number): Promise<AppError | null> {
    try {
      this.run = await this.#client.runs.setThreshold({ id: this.runId, threshold })
      await this.reload()
      this.news = { kind: 'threshold' }
      return null
    } catch (thrown) {
      return readError(thrown)
    }
  }

  /** Has the page of an item drawn, once; `again`: also where it was drawn, or could not be. */
  async loadPage(item: string, again = false): Promise<void> {
    if (this.#drawing.has(item) || (this.pages.has(item) && !again)) return
    this.#drawing.add(item)
    if (again) this.pages.delete(item)
    try {
      this.pages.set(item, await this.#client.runs.page({ item }))
    } catch (thrown) {
      this.pages.set(item, { error: readError(thrown) })
    } finally {
      this.#drawing.delete(item)
    }
  }

  #take(runs: readonly Run[]): void {
    const run = runs.find(({ id }) => id === this.runId)
    this.missing = run === undefined
    if (run === undefined) return
    const threshold = this.run?.threshold ?? run.threshold
    this.run = run
    void this.#follow(run, threshold !== run.threshold)
  }

  async #follow(run: Run, whole: boolean): Promise<void> {
    const before = this.store.list.length
    if (whole || !this.store.loaded || run.counts.done !== before) await this.store.read(whole)
    this.#settle()
    const more = this.store.list.length - before
    if (before > 0 && more > 0) this.news = { kind: 'arrived', cells: more }
    await this.store.agree(run.toReview, () => (this.changes.saving ? null : [this.run?.toReview ?? 0, this.count.left]))
    this.#settle()
  }

  /** Gives the person a place where there is none yet, or none any more. */
  #settle(): void {
    if (this.store.list.length === 0 || (this.record !== null && this.field !== null)) return
    const place = nextToReview(this.store.list, this.fieldNames, (record, field) => this.changes.of(record, field), null, 1)
    const record = this.store.list[0], field = this.fieldNames[0]
    this.current = place ?? (record !== undefined && field !== undefined ? { record: record.id, field } : null)
  }

  /** @param step Null: there was none. */
  #wentBack(kind: 'undone' | 'redone', step: readonly ReviewChange[] | null): void {
    const first = step?.[0]
    if (step === null || first === undefined) {
      this.news = { kind: kind === 'undone' ? 'nothingToUndo' : 'nothingToRedo' }
      return
    }
    this.current = { record: first.record, field: first.field }
    this.news = { kind, record: first.record, field: first.field, cells: step.length }
  }

  #goOn(): void {
    const place = nextToReview(this.store.list, this.fieldNames, (record, field) => this.changes.of(record, field), this.current, 1)
    if (place !== null) this.current = place
    else if (this.count.left === 0) this.news = { kind: 'nothingLeft' }
  }

  #shows(record: ExtractionRecord): boolean {
    return this.filter === 'all' || this.fieldNames.some((field) => this.#matches(record, field))
  }

  #matches(record: ExtractionRecord, field: string): boolean {
    const cell = record.cells[field]
    return cell !== undefined && matches(this.filter, cell, this.changes.of(record, field))
  }

  #change(record: ExtractionRecord, field: string, after: ReviewChange['after']): ReviewChange {
    return { record: record.id, field, before: this.changes.of(record, field), after }
  }

  #make(kind: 'accepted' | 'acceptedRecord' | 'unreadable' | 'edited' | 'takenBack', changes: readonly ReviewChange[]): void {
    const first = changes[0]
    if (first === undefined) return
    this.changes.make(changes)
    this.news = { kind, record: first.record, field: first.field, cells: changes.length }
  }
}

import { SvelteMap } from 'svelte/reactivity'
import type { ExtractionRecord, Review } from '../../../main/contract/domains/extraction.ts'
import type { AppError } from '../../../main/contract/errors/AppError.ts'
import { readError } from '../transport/errors.ts'
import type { CellPlace } from './reviewOrder.ts'
import { sameValue } from './sameValue.ts'

/** What a person made of one cell, and what had stood there. */
export interface ReviewChange extends CellPlace {
  readonly before: Review | null
  readonly after: Review | null
}

/** A change that was made here; its number tells it from others like it. `redone`: it had been undone before. */
type Made = ReviewChange & { readonly order: number; readonly redone: boolean }

/** A change that could not be saved, and so was taken back. */
export interface FailedChange {
  readonly change: ReviewChange
  readonly error: AppError
  /** The number of the change of which this is what failed. */
  readonly order: number
}

/** The least that changes need from the rest of the review. */
export interface ChangesHost {
  save(place: CellPlace, review: Review | null): Promise<ExtractionRecord>
  /** The review of a cell as the services told it last. */
  held(place: CellPlace): Review | null
  /** A record as the services have it now. */
  saved(record: ExtractionRecord): void
  failed(failure: FailedChange): void
}

/** Review of cells as the person sees it: at once, saved in order behind it, taken back where saving fails, undone and redone step by step. */
export class ReviewChanges {
  /** Changes that could not be saved, the oldest first. */
  failures = $state.raw<readonly FailedChange[]>([])
  /** What can be undone, the newest last. A step is one thing that the person did, to one cell or to several. */
  steps = $state.raw<readonly (readonly Made[])[]>([])
  /** What was undone and can be redone, the one to redo first the last. Whatever else a person does ends this. */
  undone = $state.raw<readonly (readonly Made[])[]>([])
  readonly #host: ChangesHost
  readonly #shown = new SvelteMap<string, { readonly review: Review | null; readonly order: number }>()
  readonly saving = $derived.by(() => this.#shown.size > 0)
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- no template reads it
  readonly #lines = new Map<string, Promise<void>>()
  #order = 0

  constructor(host: ChangesHost) {
    this.#host = host
  }

  /** The review of a cell: what is being saved, else what the services have. */
  of(record: ExtractionRecord, field: string): Review | null {
    const shown = this.#shown.get(keyOf({ record: record.id, field }))
    return shown === undefined ? (record.reviews[field] ?? null) : shown.review
  }

  /** Makes changes as one step that can be undone. */
  make(changes: readonly ReviewChange[]): void {
    if (changes.length === 0) return
    this.undone = []
    this.#begin(changes, false)
  }

  /** Takes the newest step back; returns it, or null where there is none. */
  undo(): readonly ReviewChange[] | null {
    const step = this.steps.at(-1)
    if (step === undefined) return null
    this.steps = this.steps.slice(0, -1)
    this.undone = [...this.undone, step]
    for (const made of step) this.#apply(made, made.before, ++this.#order)
    return step
  }

  /**
   * Makes the step that was undone last once more; returns it, or null where there is none. What it did to cells that hold something
   * else by now, from another window, is left out: it would write over that.
   */
  redo(): readonly ReviewChange[] | null {
    for (let step = this.undone.at(-1); step !== undefined; step = this.undone.at(-1)) {
      this.undone = this.undone.slice(0, -1)
      const left = step.filter((made) => sameValue(this.#now(made), made.before))
      if (left.length === 0) continue
      this.#begin(left, true)
      return left
    }
    return null
  }

  /** Ends what can be redone: what the steps were about is not what the cells hold now. */
  forgetUndone(): void {
    this.undone = []
  }

  /** Makes all failed changes once more. What can be redone stays so. */
  retry(): void {
    const again = this.failures.map(({ change }) => change)
    // A redo that failed can be redone; it is not made twice.
    this.undone = this.failures.reduce(without, this.undone)
    this.failures = []
    if (again.length > 0) this.#begin(again, false)
  }

  dismiss(): void {
    this.failures = []
  }

  #now(place: CellPlace): Review | null {
    const shown = this.#shown.get(keyOf(place))
    return shown === undefined ? this.#host.held(place) : shown.review
  }

  #begin(changes: readonly ReviewChange[], redone: boolean): void {
    const step = changes.map((change) => ({ ...change, order: ++this.#order, redone }))
    this.steps = [...this.steps, step]
    for (const made of step) this.#apply(made, made.after, made.order)
  }

  #apply(made: Made, review: Review | null, order: number): void {
    const key = keyOf(made)
    this.#shown.set(key, { review, order })
    this.failures = this.failures.filter((failure) => keyOf(failure.change) !== key)
    // One after the other for each record: a later answer must be the later state.
    const line = this.#lines.get(made.record) ?? Promise.resolve()
    const next = line.then(async () => await this.#save(made, review, order))
    this.#lines.set(made.record, next)
    void next.then(() => {
      if (this.#lines.get(made.record) === next) this.#lines.delete(made.record)
    })
  }

  async #save(made: Made, review: Review | null, order: number): Promise<void> {
    const key = keyOf(made), newest = () => this.#shown.get(key)?.order === order
    try {
      this.#host.saved(await this.#host.save(made, review))
    } catch (thrown) {
      this.#takeBack(made, order, newest() ? readError(thrown) : null)
    } finally {
      if (newest()) this.#shown.delete(key)
    }
  }

  /** @param error null where the person has changed the cell again meanwhile: that this change failed tells them nothing */
  #takeBack(made: Made, order: number, error: AppError | null): void {
    const undoing = order !== made.order
    // An undo that failed leaves the step as it was, and so does a redo.
    if (!undoing) this.steps = withoutChange(this.steps, made)
    if (error === null) return
    if (undoing) {
      this.undone = without(this.undone, made)
      this.steps = [...this.steps, [made]]
    } else if (made.redone) this.undone = [...this.undone, [made]]
    const { record, field, before, after } = made
    const change = undoing ? { record, field, before: after, after: before } : { record, field, before, after }
    const failure: FailedChange = { change, error, order: made.order }
    this.failures = [...this.failures, failure]
    this.#host.failed(failure)
  }
}

/** Takes a change that never happened out of the steps; the next one of the same cell then began where it did. */
function withoutChange(steps: readonly (readonly Made[])[], gone: Made): readonly (readonly Made[])[] {
  const later = steps.flat().filter((made) => keyOf(made) === keyOf(gone) && made.order > gone.order)
  const next = Math.min(...later.map(({ order }) => order))
  return without(steps, gone).map((step) => step.map((made) => (made.order === next ? { ...made, before: gone.before } : made)))
}

function without(steps: readonly (readonly Made[])[], gone: Pick<Made, 'order'>): readonly (readonly Made[])[] {
  return steps.map((step) => step.filter(({ order }) => order !== gone.order)).filter((step) => step.length > 0)
}

function keyOf({ record, field }: CellPlace): string {
  return `${record} ${field}`
}

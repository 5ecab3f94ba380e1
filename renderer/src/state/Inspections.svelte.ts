import { SvelteMap } from 'svelte/reactivity'
import type { Inspection, InstalledModel } from '../../../main/contract/domains/library.ts'
import type { ModelFiles } from '../../../main/contract/domains/model.ts'
import { isAbort, type AppError } from '../../../main/contract/errors/AppError.ts'
import { readError } from '../transport/errors.ts'

/** What is known of a model's files: null while they are being read. */
export type Inspected = { readonly inspection: Inspection } | { readonly error: AppError } | null

type Ask = (files: ModelFiles, signal: AbortSignal) => Promise<Inspection>

/** What the headers of the installed models say, read once for each pair of files. */
export class Inspections {
  readonly #ask: Ask
  readonly #known = new SvelteMap<string, { readonly key: string; readonly result: Inspected }>()
  #running: AbortController | null = null

  constructor(ask: Ask) {
    this.#ask = ask
  }

  of(model: InstalledModel): Inspected {
    const known = this.#known.get(model.id)
    return known?.key === keyOf(model) ? known.result : null
  }

  facts(model: InstalledModel): Inspection | null {
    const inspected = this.of(model)
    return inspected !== null && 'inspection' in inspected ? inspected.inspection : null
  }

  /** Reads what is not known yet, one after the other: a folder on a slow disk must not be asked for everything at once. */
  async look(models: readonly InstalledModel[]): Promise<void> {
    this.#running?.abort()
    const running = new AbortController()
    this.#running = running
    for (const model of models) {
      const key = keyOf(model)
      if (this.#known.get(model.id)?.key === key) continue
      const result = await this.#read(model.files, running.signal)
      if (running.signal.aborted) return
      if (result !== null) this.#known.set(model.id, { key, result })
    }
  }

  /** Forgets what was read of a model, so that the next `look` reads it again. */
  forget(id: string): void {
    this.#known.delete(id)
  }

  async #read(files: ModelFiles, signal: AbortSignal): Promise<Inspected> {
    try {
      return { inspection: await this.#ask(files, signal) }
    } catch (thrown) {
      const error = readError(thrown)
      return isAbort(thrown) || error.code === 'CONNECTION_LOST' ? null : { error }
    }
  }
}

/** Other files, or files that came back, are to be read anew. */
function keyOf({ files, missing, bytes }: InstalledModel): string {
  return JSON.stringify([files.model, files.projector, missing, bytes])
}

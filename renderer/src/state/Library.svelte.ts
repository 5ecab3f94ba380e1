import { SvelteSet } from 'svelte/reactivity'
import type { InstalledModel, RefusedFile } from '../../../main/contract/domains/library.ts'
import type { AppError } from '../../../main/contract/errors/AppError.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { readError } from '../transport/errors.ts'
import { Inspections } from './Inspections.svelte.ts'
import type { Report } from './report.ts'

/** What may be changed about an installed model. */
export type ModelChange = Partial<Pick<InstalledModel, 'name' | 'template' | 'adapters'>> & { readonly projector?: string | null }

/** The models at hand, newest first, as the services hold them. */
export class Library {
  list = $state.raw<readonly InstalledModel[]>([])
  loaded = $state(false)
  /** Why the list could not be read; the last one read stays. */
  error = $state.raw<AppError | null>(null)
  /** Ids of models that something is being done with. */
  readonly busy = new SvelteSet<string>()
  readonly inspections: Inspections
  readonly #client: Client
  readonly #report: Report
  /** Counts readings and local changes, so that an older list never replaces a newer one. */
  #revision = 0

  constructor(client: Client, report: Report) {
    this.#client = client
    this.#report = report
    this.inspections = new Inspections(async (files, signal) => await client.models.inspect({ files }, { signal }))
  }

  async refresh(): Promise<void> {
    const revision = ++this.#revision
    try {
      const list = await this.#client.models.installed()
      if (revision !== this.#revision) return
      this.list = list
      this.loaded = true
      this.error = null
    } catch (thrown) {
      const error = readError(thrown)
      if (revision === this.#revision && error.code !== 'CONNECTION_LOST') this.error = error
    }
  }

  find(id: string | null): InstalledModel | null {
    return this.list.find((model) => model.id === id) ?? null
  }

  /** Takes files and folders into the list. Rejects where there is no model among them. */
  async import(paths: readonly string[]): Promise<{ readonly added: readonly InstalledModel[]; readonly refused: readonly RefusedFile[] }> {
    const { added, refused } = await this.#client.models.import({ paths: [...paths] })
    this.#take([...added, ...this.list.filter(({ id }) => !added.some((model) => model.id === id))])
    return { added, refused }
  }

  /** Changes what is kept about a model; true where that worked. The screen follows only then. */
  async change(id: string, change: ModelChange): Promise<boolean> {
    return await this.#work(id, async () => {
      const changed = await this.#client.models.change({ id, ...change })
      this.#take(this.list.map((model) => (model.id === id ? changed : model)))
    })
  }

  /** Takes a model off the list; true where that worked. */
  async remove(id: string, deleteFiles: boolean): Promise<boolean> {
    return await this.#work(id, async () => {
      await this.#client.models.remove({ id, deleteFiles })
      this.#take(this.list.filter((model) => model.id !== id))
    })
  }

  /** Brings back a model that was only taken off the list, with its name, adapters and prompt format. */
  async restore({ files, name, template, adapters }: InstalledModel): Promise<void> {
    try {
      const { added } = await this.import(files.projector === null ? [files.model] : [files.model, files.projector])
      const again = added.find((model) => model.files.model === files.model)
      if (again !== undefined) await this.change(again.id, { name, template, adapters, projector: files.projector })
    } catch (thrown) {
      this.#report(thrown)
    }
  }

  /** Loads a model and remembers it. A failed load shows as the engine's status. */
  async use(id: string): Promise<void> {
    await this.#work(id, async () => {
      await this.#client.models.use({ id })
    })
  }

  /** Starts to fetch the projector that belongs to a model; true where one is known. */
  async fetchProjector(id: string): Promise<boolean> {
    return await this.#work(id, async () => {
      await this.#client.models.fetchProjector({ id })
    })
  }

  /** Has the model's projector repaired into a copy, and uses the copy. */
  async repair({ id, files: { projector } }: InstalledModel): Promise<boolean> {
    if (projector === null) return false
    return await this.#work(id, async () => {
      const { path } = await this.#client.models.repair({ projector })
      const changed = await this.#client.models.change({ id, projector: path })
      this.#take(this.list.map((model) => (model.id === id ? changed : model)))
    })
  }

  /** Takes the model in anew, with each file in the part that its contents say. */
  async swapFiles({ id, files }: InstalledModel): Promise<boolean> {
    return await this.#work(id, async () => {
      await this.import([files.model, ...(files.projector === null ? [] : [files.projector])])
      await this.#client.models.remove({ id, deleteFiles: false })
      this.#take(this.list.filter((model) => model.id !== id))
    })
  }

  #take(list: readonly InstalledModel[]): void {
    this.#revision++
    this.list = list
  }

  async #work(id: string, work: () => Promise<void>): Promise<boolean> {
    this.busy.add(id)
    try {
      await work()
      return true
    } catch (thrown) {
      this.#report(thrown)
      // What the services refuse may be because another page or a command changed the list meanwhile.
      if (readError(thrown).code === 'MODEL_UNKNOWN') await this.refresh()
      return false
    } finally {
      this.busy.delete(id)
    }
  }
}

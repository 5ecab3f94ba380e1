import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import type { ExportOptions, Run } from '../../../main/contract/domains/extraction.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { Adding } from './Adding.svelte.ts'
import type { Report } from './report.ts'

/** What `runs.create` takes. */
export type NewRun = Parameters<Client['runs']['create']>[0]

/** How many items a run has, and how many of them are at their end. */
export function progressOf({ counts }: Pick<Run, 'counts'>): { readonly total: number; readonly ended: number } {
  const ended = counts.done + counts.failed + counts.skipped
  return { total: ended + counts.waiting + counts.reading, ended }
}

/** A run that has just come to its end. */
export interface RunNews {
  readonly name: string
  readonly done: number
  readonly failed: number
}

/** The piles of documents as the services tell them, and what a person can ask of each. */
export class Runs {
  list = $state.raw<readonly Run[]>([])
  loaded = $state(false)
  /** What ended last and is worth saying aloud. */
  news = $state.raw<readonly RunNews[]>([])
  /** Ids of runs that were asked something and have not answered. */
  readonly busy = new SvelteSet<string>()
  /** Share of everything that runs now; null where nothing does. */
  readonly fraction = $derived(overall(this.list))
  readonly #adding = new SvelteMap<string, Adding>()
  readonly #client: Client
  readonly #report: Report

  constructor(client: Client, report: Report) {
    this.#client = client
    this.#report = report
  }

  /** Follows the runs until the signal aborts or the channel closes. */
  async watch(signal: AbortSignal): Promise<void> {
    for await (const list of await this.#client.runs.watch({}, { signal })) this.take(list)
  }

  /** A new picture of all runs. */
  take(list: readonly Run[]): void {
    const ended = list.filter((run) => run.state === 'done' && this.find(run.id)?.state === 'running')
    if (ended.length > 0) this.news = ended.map(({ name, counts: { done, failed } }) => ({ name, done, failed }))
    this.list = list
    this.loaded = true
  }

  find(id: string): Run | null {
    return this.list.find((run) => run.id === id) ?? null
  }

  /** The files that are on their way into a run; null where none are. */
  addingTo(id: string): Adding | null {
    return this.#adding.get(id) ?? null
  }

  /** Begins a run without documents; null where the services refused. */
  async create(run: NewRun): Promise<Run | null> {
    return await this.#ask('', async () => this.#put(await this.#client.runs.create(run)))
  }

  /** Sends the bytes of files, one after the other. Those that fail are told of; the rest goes on. */
  async addFiles(id: string, files: readonly File[], pages: string): Promise<void> {
    const adding = this.#adding.get(id) ?? new Adding()
    this.#adding.set(id, adding)
    await adding.send(files, async (file, signal) => await this.#client.runs.addFile({ id, file, name: nameOf(file), pages }, { signal }))
    if (adding.ended && adding.failed.length === 0) this.#adding.delete(id)
  }

  /** Puts away what was told of files that could not be added. */
  dismissAdding(id: string): void {
    this.#adding.get(id)?.stop()
    this.#adding.delete(id)
  }

  /** Adds files and folders where they lie; how many joined, null where that failed. */
  async addPaths(id: string, paths: readonly string[], pages: string): Promise<number | null> {
    return await this.#ask(id, async () => (await this.#client.runs.addPaths({ id, paths: [...paths], pages })).added)
  }

  async setWatched(id: string, folder: string | null): Promise<boolean> {
    return (await this.#ask(id, async () => this.#put(await this.#client.runs.setWatched({ id, folder })))) !== null
  }

  async pause(id: string): Promise<void> {
    await this.#ask(id, async () => this.#put(await this.#client.runs.pause({ id })))
  }

  async resume(id: string): Promise<void> {
    await this.#ask(id, async () => this.#put(await this.#client.runs.resume({ id })))
  }

  /** Settles when the threshold of the run in the list is the one that holds. */
  async setThreshold(id: string, threshold: number): Promise<void> {
    await this.#ask(id, async () => this.#put(await this.#client.runs.setThreshold({ id, threshold })))
  }

  /** Hides a run; false where that failed. */
  async remove(id: string): Promise<boolean> {
    const done = await this.#ask(id, async () => {
      await this.#client.runs.remove({ id })
      this.list = this.list.filter((run) => run.id !== id)
      return true
    })
    return done ?? false
  }

  async restore(id: string): Promise<void> {
    await this.#ask(id, async () => this.#put(await this.#client.runs.restore({ id })))
  }

  /** Reads failed items again: these, or all of them. */
  async retry(id: string, items?: readonly string[]): Promise<void> {
    await this.#ask(id, async () => await this.#client.runs.retry({ id, ...(items === undefined ? {} : { items: [...items] }) }))
  }

  /** The table as a file; null where that failed. */
  async export(id: string, options: ExportOptions): Promise<{ readonly file: Blob; readonly name: string } | null> {
    return await this.#ask(id, async () => await this.#client.runs.export({ id, options }))
  }

  /** What a route returned comes before the next picture of all runs. */
  #put(run: Run): Run {
    this.list = this.find(run.id) === null ? [run, ...this.list] : this.list.map((other) => (other.id === run.id ? run : other))
    return run
  }

  async #ask<Answer>(id: string, work: () => Promise<Answer>): Promise<Answer | null> {
    this.busy.add(id)
    try {
      return await work()
    } catch (thrown) {
      this.#report(thrown)
      return null
    } finally {
      this.busy.delete(id)
    }
  }
}

/** The place of a file in the folder it was picked with, else its name: in a table of 500 rows both are wanted. */
function nameOf(file: File): string {
  return file.webkitRelativePath === '' ? file.name : file.webkitRelativePath
}

function overall(list: readonly Run[]): number | null {
  const running = list.filter(({ state }) => state === 'running').map(progressOf)
  const total = running.reduce((sum, one) => sum + one.total, 0)
  return total === 0 ? null : running.reduce((sum, { ended }) => sum + ended, 0) / total
}

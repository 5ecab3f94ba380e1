import { unlessAborted } from '../../platform/unlessAborted.ts'
import type { Store } from '../../storage/Store.ts'
import type { RunItemRow } from '../../storage/runItems.ts'
import type { OpenDocument } from '../extraction/ports.ts'
import type { RunDocuments } from './RunPorts.ts'

interface Entry {
  readonly document: Promise<OpenDocument>
  /** Gives up opening it. */
  readonly leave: AbortController
  users: number
}

/** Documents nobody uses that stay open all the same: the next page of one is most often the next to be read. */
const KEPT_OPEN = 2

/** Opens each document once for all of its pages that are read one after the other. */
export class DocumentShelf {
  readonly #documents: RunDocuments
  readonly #stored: Pick<Store['documents'], 'path'>
  /** By file and bytes; what was used last stands last. */
  readonly #open = new Map<string, Entry>()
  /** To be closed as soon as nobody uses them. */
  readonly #dropped = new Set<Entry>()

  constructor(documents: RunDocuments, stored: Pick<Store['documents'], 'path'>) {
    this.#documents = documents
    this.#stored = stored
  }

  /** Runs `work` with the document of an item open. Rejects what opening it and `work` reject, and `ABORTED` at once where `signal` aborts while it opens. */
  async with<T>(item: RunItemRow, work: (document: OpenDocument) => Promise<T>, signal: AbortSignal): Promise<T> {
    // A file that is looked at once more may hold other bytes than when it was opened.
    const key = `${item.fileId} ${item.sha256 ?? ''}`
    const entry = this.#take(key, item)
    try {
      return await work(await unlessAborted(entry.document, signal))
    } catch (error) {
      this.#drop(key, entry)
      throw error
    } finally {
      entry.users -= 1
      await this.#tidy()
    }
  }

  /** Opens it for this one time. */
  async once<T>(item: RunItemRow, work: (document: OpenDocument) => T | Promise<T>, signal?: AbortSignal): Promise<T> {
    const document = await this.#documents.open(this.#pathOf(item), item.name, signal)
    try {
      return await work(document)
    } finally {
      // What was read of it stands, however it is closed.
      await document.dispose().catch(() => undefined)
    }
  }

  async dispose(): Promise<void> {
    const open = [...this.#open.values()]
    this.#open.clear()
    await Promise.all(open.map(close))
  }

  #take(key: string, item: RunItemRow): Entry {
    const entry = this.#open.get(key) ?? this.#begin(item)
    entry.users += 1
    this.#open.delete(key)
    this.#open.set(key, entry)
    return entry
  }

  #begin(item: RunItemRow): Entry {
    const leave = new AbortController()
    return { document: this.#documents.open(this.#pathOf(item), item.name, leave.signal), leave, users: 0 }
  }

  /** Nobody else gets one that something went wrong with. */
  #drop(key: string, entry: Entry): void {
    if (this.#open.get(key) !== entry) return
    this.#open.delete(key)
    this.#dropped.add(entry)
  }

  async #tidy(): Promise<void> {
    const unused = [...this.#open].filter(([, { users }]) => users === 0)
    const over = unused.slice(0, Math.max(0, unused.length - KEPT_OPEN))
    for (const [key] of over) this.#open.delete(key)
    const dropped = [...this.#dropped].filter(({ users }) => users === 0)
    for (const entry of dropped) {
      this.#dropped.delete(entry)
      // Others may have waited for it, too; now nobody does.
      entry.leave.abort()
    }
    await Promise.all([...over.map(([, entry]) => entry), ...dropped].map(close))
  }

  #pathOf({ path, stored }: RunItemRow): string {
    return path ?? this.#stored.path(stored ?? '')
  }
}

/** One that never opened has nothing to close. */
async function close({ document }: Entry): Promise<void> {
  await document.then(async (open) => await open.dispose()).catch(() => undefined)
}

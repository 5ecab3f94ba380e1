import type { AppError } from '../contract/errors/AppError.ts'
import type { DataPaths } from '../platform/paths.ts'
import { ChatTable } from './chats.ts'
import { ChatTransferTable } from './chatTransfer.ts'
import { ChecksumTable } from './checksums.ts'
import { ConnectionTable } from './connections.ts'
import type { Database } from './Database.ts'
import { DownloadTable } from './downloads.ts'
import { EraseTable } from './erase.ts'
import { ImageFiles } from './ImageFiles.ts'
import { ImageTable, KEPT_UNSHOWN } from './images.ts'
import { InstalledModelTable } from './installedModels.ts'
import { MessageTable } from './messages.ts'
import { openDatabase } from './openDatabase.ts'
import { exclusively, ProcessLock } from './ProcessLock.ts'
import { RecordTable } from './records.ts'
import { RunDocumentTable } from './runDocuments.ts'
import { RunItemTable } from './runItems.ts'
import { RunLine } from './runLine.ts'
import { RunTable } from './runs.ts'
import { SearchTable } from './search.ts'
import { TemplateTable } from './templates.ts'
import { WatchedFileTable } from './watchedFiles.ts'

const DAY = 24 * 60 * 60 * 1000

/** Everything kept in one data folder, opened and tidied up. Several processes may hold a store on one folder. */
export class Store {
  readonly chats: ChatTable
  readonly messages: MessageTable
  readonly search: SearchTable
  readonly transfer: ChatTransferTable
  readonly connections: ConnectionTable
  readonly erase: EraseTable
  readonly images: ImageTable
  readonly installedModels: InstalledModelTable
  readonly downloads: DownloadTable
  readonly checksums: ChecksumTable
  readonly templates: TemplateTable
  readonly runs: RunTable
  readonly runDocuments: RunDocumentTable
  readonly runItems: RunItemTable
  readonly runLine: RunLine
  readonly records: RecordTable
  readonly watchedFiles: WatchedFileTable
  readonly files: ImageFiles
  /** Documents of runs that came as bytes. */
  readonly documents: ImageFiles
  readonly lock: ProcessLock
  readonly notice: AppError | null
  readonly #db: Database

  /** Throws `DATABASE_NEWER`, `DISK_FULL`, `FOLDER_NOT_WRITABLE`. */
  constructor(paths: Pick<DataPaths, 'database' | 'images' | 'documents' | 'locks'>, now: () => number = Date.now) {
    const opened = exclusively(paths.locks, () => {
      const { db, notice } = openDatabase(paths.database, now)
      try {
        return { db, notice, lock: new ProcessLock(paths.locks) }
      } catch (error) {
        db.dispose()
        throw error
      }
    })
    this.#db = opened.db
    this.notice = opened.notice
    this.lock = opened.lock
    this.chats = new ChatTable(opened.db)
    this.messages = new MessageTable(opened.db)
    this.search = new SearchTable(opened.db)
    this.#db.onIndexDamage(() => this.search.rebuild())
    this.transfer = new ChatTransferTable(opened.db)
    this.connections = new ConnectionTable(opened.db)
    this.erase = new EraseTable(opened.db, this.search)
    this.images = new ImageTable(opened.db)
    this.installedModels = new InstalledModelTable(opened.db)
    this.downloads = new DownloadTable(opened.db)
    this.checksums = new ChecksumTable(opened.db)
    this.templates = new TemplateTable(opened.db)
    this.runDocuments = new RunDocumentTable(opened.db)
    this.runs = new RunTable(opened.db)
    this.runItems = new RunItemTable(opened.db, this.runs)
    this.runLine = new RunLine(opened.db, this.runs)
    this.records = new RecordTable(opened.db)
    this.watchedFiles = new WatchedFileTable(opened.db)
    this.files = new ImageFiles(paths.images)
    this.documents = new ImageFiles(paths.documents)
  }

  /** All or nothing, and alone among all processes. */
  transaction<T>(work: () => T): T {
    return this.#db.transaction(work)
  }

  /**
   * What a start finishes of earlier ones: unfinished answers, removed chats, messages and templates, pages of removed runs, pictures nobody
   * shows, half-written files. `purged` are the ids of chats of which all or some is gone for good, `images` those of such pictures, `forgotten` documents of which
   * nothing is to stay; when nothing is left of these elsewhere either, `purgeRuns` takes `removedRuns`.
   */
  tidyUp(now: number): { interrupted: number; purged: string[]; images: string[]; forgotten: string[]; removedRuns: string[]; strays: number } {
    const interrupted = this.markInterrupted()
    const isAlive = (token: string) => this.lock.isAlive(token)
    const purged = [...new Set([...this.chats.purge(isAlive), ...this.messages.tree.purge(isAlive)])]
    this.templates.purge((token) => this.lock.isAlive(token))
    const removedRuns = this.runs.removed((token) => this.lock.isAlive(token))
    const forgotten = this.runDocuments.unused(removedRuns.flatMap((id) => this.runDocuments.ofRun(id)))
    const pages = this.images.removePages(forgotten, now - KEPT_UNSHOWN, (id) => this.files.remove(id))
    const images = [...pages, ...this.images.removeUnused(now - KEPT_UNSHOWN, (id) => this.files.remove(id))]
    const strays = this.files.sweep(now - DAY) + this.documents.sweep(now - DAY)
    return { interrupted, purged, images, forgotten, removedRuns, strays }
  }

  /** Deletes removed runs for good, as far as nobody has restored them. Until then they alone say of which documents nothing is to stay. */
  purgeRuns(ids: readonly string[]): void {
    this.runs.purge(ids, (token) => this.lock.isAlive(token), (id) => this.documents.remove(id))
  }

  /** Marks answers as interrupted that a process left when it died. Returns how many. */
  markInterrupted(): number {
    return this.messages.markInterrupted((token) => this.lock.isAlive(token))
  }

  dispose(): void {
    this.#db.dispose()
    this.lock.dispose()
  }
}

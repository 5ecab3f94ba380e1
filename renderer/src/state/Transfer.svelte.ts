import type { ChatExportFormat, ImportPreview } from '../../../main/contract/domains/transfer.ts'
import type { AppError } from '../../../main/contract/errors/AppError.ts'
import type { Language } from '../../../main/contract/language.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { readError } from '../transport/errors.ts'
import type { Report } from './report.ts'

/** Bytes that go to the services at a time. */
const PIECE = 4 * 1024 * 1024

export interface ExportChoice {
  /** Null: all. */
  readonly chats: readonly string[] | null
  readonly format: ChatExportFormat
  readonly originals: boolean
  readonly language: Language
}

/** A file that is looked at before it comes in. */
interface Incoming {
  readonly id: string
  readonly name: string
  readonly preview: ImportPreview
}

/** Chats on their way out and in. */
export class Transfer {
  /** Chats that the export dialog begins with; null: none chosen yet. Undefined: it is closed. */
  exporting = $state.raw<string | null | undefined>(undefined)
  /** Whether the import dialog is shown. */
  importing = $state(false)
  incoming = $state.raw<Incoming | null>(null)
  /** Why a file could not be read or taken in. */
  failure = $state.raw<AppError | null>(null)
  busy = $state<'export' | 'read' | 'import' | null>(null)
  readonly #client: Client
  readonly #report: Report

  constructor(client: Client, report: Report) {
    this.#client = client
    this.#report = report
  }

  /** The file, put together from pieces; null where that failed, which was reported. */
  async export({ chats, ...choice }: ExportChoice): Promise<{ file: Blob; name: string; chats: number } | null> {
    if (this.busy !== null) return null
    this.busy = 'export'
    try {
      const made = await this.#client.transfer.export({ ...choice, chats: chats === null ? null : [...chats] })
      try {
        const pieces: Blob[] = []
        for (let from = 0; from < made.bytes; ) {
          const { piece } = await this.#client.transfer.read({ id: made.id, from })
          if (piece.size === 0) throw new Error('The file ended early')
          pieces.push(piece)
          from += piece.size
        }
        return { file: new Blob(pieces, { type: made.mediaType }), name: made.name, chats: made.chats }
      } finally {
        await this.#discard(made.id)
      }
    } catch (thrown) {
      this.#report(thrown)
      return null
    } finally {
      this.busy = null
    }
  }

  /** Shows what would come in of a file. */
  async read(file: File): Promise<void> {
    if (this.busy !== null) return
    await this.#forget()
    this.busy = 'read'
    this.failure = null
    let id: string | null = null
    try {
      ;({ id } = await this.#client.transfer.begin())
      for (let from = 0; from < file.size; from += PIECE) await this.#client.transfer.write({ id, from, piece: file.slice(from, from + PIECE) })
      this.incoming = { id, name: file.name, preview: await this.#client.transfer.inspect({ id, name: file.name }) }
    } catch (thrown) {
      this.failure = readError(thrown)
      if (id !== null) await this.#discard(id)
    } finally {
      this.busy = null
    }
  }

  /** Brings it in; the ids of the new chats, or null where that failed. */
  async import(identical: 'skip' | 'copy'): Promise<readonly string[] | null> {
    if (this.busy !== null || this.incoming === null) return null
    this.busy = 'import'
    this.failure = null
    const { id, name } = this.incoming
    try {
      const { chats } = await this.#client.transfer.import({ id, name, identical })
      await this.#forget()
      return chats
    } catch (thrown) {
      this.failure = readError(thrown)
      return null
    } finally {
      this.busy = null
    }
  }

  async closeImport(): Promise<void> {
    this.importing = false
    this.failure = null
    await this.#forget()
  }

  async #forget(): Promise<void> {
    const { incoming } = this
    this.incoming = null
    if (incoming !== null) await this.#discard(incoming.id)
  }

  /** What is left behind goes at the services' end at the latest. */
  async #discard(id: string): Promise<void> {
    await this.#client.transfer.discard({ id }).catch(() => undefined)
  }
}

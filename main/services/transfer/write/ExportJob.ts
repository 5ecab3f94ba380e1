import type { ExportedChat } from '../../../contract/domains/transfer.ts'
import type { Language } from '../../../contract/language.ts'
import type { Pictures } from './Pictures.ts'

/** One export under way. */
export interface ExportJob {
  /** With the messages that leave: all, or those on the path that is shown. From the database at every call, one after the other, so that no more than one is in memory. */
  readonly chats: () => Iterable<ExportedChat>
  readonly pictures: Pictures
  readonly originals: boolean
  readonly language: Language
  readonly version: string
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly signal: AbortSignal
}

import type { AppEvent } from '../../contract/domains/app.ts'
import type { ChatExportFormat, ExportedChat, ExportedMessage, FinishedExport, ImportOutcome, ImportPreview } from '../../contract/domains/transfer.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { Language } from '../../contract/language.ts'
import { neverAborted } from '../../platform/neverAborted.ts'
import type { Store } from '../../storage/Store.ts'
import type { ImageService } from '../images/ImageService.ts'
import { Archive } from './read/readArchive.ts'
import { misplaced } from './read/checkDocument.ts'
import { isHere } from './read/identical.ts'
import { distinctLabels } from '../chat/distinctLabels.ts'
import type { TransferFiles } from './TransferFiles.ts'
import { exportChats, exportName } from './write/exportChats.ts'
import type { ExportJob } from './write/ExportJob.ts'
import { Pictures, picturesIn } from './write/Pictures.ts'
import { shownPath } from './write/turns.ts'

export interface TransferDependencies {
  readonly store: Store
  readonly images: Pick<ImageService, 'add'>
  readonly files: TransferFiles
  readonly version: string
  readonly emit: (event: AppEvent) => void
  readonly now: () => number
}

export interface ExportWish {
  /** Null: all. */
  readonly chats: readonly string[] | null
  readonly format: ChatExportFormat
  readonly originals: boolean
  readonly language: Language
}

/** Chats on their way out and in. What `contract/transfer.ts` promises is kept here. */
export class TransferService {
  readonly files: TransferFiles
  readonly #deps: TransferDependencies

  constructor(deps: TransferDependencies) {
    this.#deps = deps
    this.files = deps.files
  }

  async export({ chats, format, originals, language }: ExportWish, signal = neverAborted()): Promise<FinishedExport> {
    const { store, files, version, now } = this.#deps
    const wanted = chats ?? store.transfer.ids()
    const read = snapshot(wanted, store, format === 'json' ? (messages) => messages : shownPath)
    if (read.titles.length === 0) throw new AppError('CHAT_MISSING')
    const job: ExportJob = { chats: read.chats, pictures: new Pictures(store, originals), originals, language, version, now: now(), signal }
    const { id, path, file } = await files.create()
    try {
      const { ending, mediaType } = await exportChats(job, format, { file, path })
      const { size } = await file.stat()
      return { id, name: exportName(read.titles, ending, language), mediaType, bytes: size, chats: read.titles.length, pictures: job.pictures.images.length }
    } catch (error) {
      await files.discard(id)
      throw error
    } finally {
      await file.close()
    }
  }

  /** An empty file that `files.append` fills. */
  async begin(): Promise<{ id: string }> {
    const { id, file } = await this.#deps.files.create()
    await file.close()
    return { id }
  }

  /** Checks every byte of a file but for the pixels of its pictures, and changes nothing. @param name The file's name for people. */
  async inspect(path: string, name: string, signal = neverAborted()): Promise<ImportPreview> {
    const archive = await Archive.open(path, name)
    try {
      const { app, exportedAt, originals, chats, images } = archive.document
      for (const image of images) {
        signal.throwIfAborted()
        await archive.picture(image)
      }
      const listed = chats.map((chat) => ({ title: chat.title, messages: chat.messages.length, pictures: picturesIn([chat]).size, createdAt: chat.createdAt, identical: isHere(chat, originals, this.#deps.store) }))
      const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)
      return { app, exportedAt, originals, chats: listed, messages: sum(listed.map(({ messages }) => messages)), pictures: images.length, bytes: sum(images.map(({ bytes }) => bytes)) }
    } finally {
      await archive.dispose()
    }
  }

  /** All or nothing: a picture that cannot be decoded, a full disk or an abort leaves no chat and no picture behind. */
  async import(path: string, name: string, identical: 'skip' | 'copy', signal = neverAborted()): Promise<ImportOutcome> {
    const { store, emit } = this.#deps
    const archive = await Archive.open(path, name)
    const added: string[] = []
    try {
      const { chats, originals } = archive.document
      const wanted = identical === 'copy' ? chats : chats.filter((chat) => !isHere(chat, originals, store))
      const pictures = await this.#storePictures(archive, wanted, added, signal)
      const ids = store.transaction(() => wanted.map((chat) => this.#add(chat, archive, new Set(added))))
      if (ids.length > 0) emit({ type: 'chatsChanged' })
      return { chats: ids, skipped: chats.length - ids.length, pictures }
    } catch (error) {
      this.#drop(added)
      throw error
    } finally {
      await archive.dispose()
    }
  }

  /** `added`: the pictures that were not here before. */
  #add(chat: ExportedChat, archive: Archive, added: ReadonlySet<string>): string {
    const { store, now } = this.#deps
    for (const { id, region } of chat.messages.flatMap(({ images }) => images)) {
      const source = region === undefined ? null : store.images.find(region.source.id)
      if (region === undefined || source === null) continue
      // By the pictures themselves, whatever chat.json says of their sizes.
      const problem = misplaced(region, store.images.find(id), source)
      if (problem !== null) throw archive.damaged('chat.json', problem)
      // Where a question with it is asked anew, the place goes along. What was here is part of what it was part of.
      if (added.has(id)) store.images.cutFrom(id, { ...region, source }, now())
    }
    return store.transfer.add({ ...chat, tags: distinctLabels(chat.tags) })
  }

  /** Stores them one after the other; `added` gets those that were not here before. What is here keeps its name and its place in another picture. */
  async #storePictures(archive: Archive, chats: readonly ExportedChat[], added: string[], signal: AbortSignal): Promise<number> {
    const needed = picturesIn(chats)
    const names = namesIn(chats)
    const { store, now } = this.#deps
    for (const image of archive.document.images) {
      if (!needed.has(image.id)) continue
      signal.throwIfAborted()
      const bytes = await archive.picture(image)
      const here = store.images.find(image.id)
      if (here === null) added.push(image.id)
      await this.#deps.images.add(bytes, here?.name ?? names.get(image.id) ?? image.file)
      if (here?.region !== undefined) store.images.cutFrom(image.id, here.region, now())
    }
    return needed.size
  }

  /** Where even that fails (a full disk), they go with the pictures nobody shows, a day later. */
  #drop(pictures: readonly string[]): void {
    const { store } = this.#deps
    try {
      store.transfer.dropPictures(pictures, (id) => store.files.remove(id))
    } catch {
      // What led here is what the person is told.
    }
  }

  async dispose(): Promise<void> {
    await this.files.dispose()
  }
}

/** Names of pictures as messages have them; those of pictures of which only a part is shown stand with the part. */
function namesIn(chats: readonly ExportedChat[]): Map<string, string> {
  const shown = chats.flatMap(({ messages }) => messages.flatMap(({ images }) => images))
  return new Map([...shown.flatMap(({ region }) => (region === undefined ? [] : [region.source])), ...shown].map(({ id, name }) => [id, name]))
}

/**
 * The chats as they are now, read anew at every turn: what is asked or deleted meanwhile, or shown instead of it, is not part of the
 * export. `leaving`: which messages of a chat leave. Throws `CHAT_MISSING`.
 */
function snapshot(wanted: readonly string[], store: Store, leaving: (messages: readonly ExportedMessage[]) => readonly ExportedMessage[]): { titles: string[]; chats: ExportJob['chats'] } {
  const titles: string[] = []
  const messages = new Map<string, ReadonlySet<string>>()
  for (const id of new Set(wanted)) {
    const chat = store.transfer.read(id)
    if (chat === null) throw new AppError('CHAT_MISSING')
    titles.push(chat.title)
    messages.set(id, new Set(leaving(chat.messages).map((message) => message.id)))
  }
  const chats = function* (): Generator<ExportedChat> {
    for (const [id, known] of messages) {
      const chat = store.transfer.read(id)
      if (chat !== null) yield { ...chat, messages: chat.messages.filter((message) => known.has(message.id)) }
    }
  }
  return { titles, chats }
}

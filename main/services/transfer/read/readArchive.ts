import { createHash } from 'node:crypto'
import { chatsDocument, chatsFormat } from '../../../contract/domains/transfer.ts'
import type { ChatsDocument, ExportedImage } from '../../../contract/domains/transfer.ts'
import { AppError } from '../../../contract/errors/AppError.ts'
import { imageFileMegabytes } from '../../../contract/limits.ts'
import { recognise } from '../../images/recognise.ts'
import { countValues } from '../countValues.ts'
import { JSON_MOST_BYTES, JSON_MOST_VALUES } from '../limits.ts'
import { ZipError, ZipReader } from '../zip/ZipReader.ts'
import { checkDocument } from './checkDocument.ts'

const PICTURE = /^images\/[0-9a-f]{64}\.[a-z0-9]{2,5}$/

/** An export of ours that was opened and whose `chat.json` is whole. Its pictures are checked as they are read. */
export class Archive {
  readonly document: ChatsDocument
  readonly #name: string
  readonly #zip: ZipReader

  private constructor(document: ChatsDocument, name: string, zip: ZipReader) {
    this.document = document
    this.#name = name
    this.#zip = zip
  }

  /** Rejects `TRANSFER_UNREADABLE`, `TRANSFER_NEWER`, `TRANSFER_PART_DAMAGED`. @param name The file's name for people. */
  static async open(path: string, name: string): Promise<Archive> {
    const zip = await openZip(path, name)
    try {
      const document = await readDocument(zip, name)
      checkDocument(document, name)
      for (const { file, bytes } of document.images) {
        if (zip.entries.get(file)?.bytes !== bytes) throw damaged(name, file, zip.entries.has(file) ? 'it has another size than chat.json says' : 'it is missing')
      }
      return new Archive(document, name, zip)
    } catch (error) {
      await zip.dispose()
      throw error
    }
  }

  /** The bytes of a picture, which are those that `chat.json` names, and those of a picture. Rejects `TRANSFER_PART_DAMAGED`, `IMAGE_*`. */
  async picture({ id, file, format }: ExportedImage): Promise<Uint8Array> {
    const entry = this.#zip.entries.get(file)
    if (entry === undefined) throw damaged(this.#name, file, 'it is missing')
    const bytes = await this.#zip.read(entry, imageFileMegabytes * 1e6).catch((error: unknown) => {
      throw error instanceof ZipError ? damaged(this.#name, file, error.message, error) : error
    })
    if (createHash('sha256').update(bytes).digest('hex') !== id) throw damaged(this.#name, file, 'its bytes are not those its name stands for')
    const found = await recognise(bytes, file)
    if (found !== format) throw damaged(this.#name, file, `it is ${found}, and chat.json says ${format}`)
    return bytes
  }

  /** What is wrong with a part of it, for whoever finds it out. */
  damaged(part: string, detail: string): AppError {
    return damaged(this.#name, part, detail)
  }

  async dispose(): Promise<void> {
    await this.#zip.dispose()
  }
}

async function openZip(path: string, name: string): Promise<ZipReader> {
  const zip = await ZipReader.open(path).catch((error: unknown) => {
    throw error instanceof ZipError ? new AppError('TRANSFER_UNREADABLE', { name, detail: error.message }, { cause: error }) : error
  })
  const stranger = [...zip.entries.keys()].find((entry) => entry !== 'chat.json' && entry !== 'images/' && !PICTURE.test(entry))
  if (stranger === undefined) return zip
  await zip.dispose()
  throw new AppError('TRANSFER_UNREADABLE', { name, detail: `it holds ${JSON.stringify(stranger.slice(0, 200))}, which no such export does` })
}

async function readDocument(zip: ZipReader, name: string): Promise<ChatsDocument> {
  const entry = zip.entries.get('chat.json')
  if (entry === undefined) throw new AppError('TRANSFER_UNREADABLE', { name, detail: 'it has no chat.json' })
  const bytes = await zip.read(entry, JSON_MOST_BYTES).catch((error: unknown) => {
    throw error instanceof ZipError ? damaged(name, 'chat.json', error.message, error) : error
  })
  if (countValues(bytes) > JSON_MOST_VALUES) throw damaged(name, 'chat.json', `it has more values than ${JSON_MOST_VALUES}, which are the most`)
  const found = parsed(bytes)
  if (found === undefined) throw damaged(name, 'chat.json', 'it is not JSON')
  const format = typeof found === 'object' && found !== null && 'format' in found ? String(found.format) : ''
  if (format !== chatsFormat) throw /^llava-desk-chats\/\d+$/.test(format) ? new AppError('TRANSFER_NEWER', { name, form: format }) : damaged(name, 'chat.json', 'it does not name the form of its content')
  const result = chatsDocument.safeParse(found)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw damaged(name, 'chat.json', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`)
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown
  } catch {
    return undefined
  }
}

/** @param part The file inside. */
export function damaged(name: string, part: string, detail: string, cause?: unknown): AppError {
  return new AppError('TRANSFER_PART_DAMAGED', { name, part, detail: detail.slice(0, 300) }, { cause })
}

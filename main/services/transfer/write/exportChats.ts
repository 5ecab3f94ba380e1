import type { FileHandle } from 'node:fs/promises'
import type { ChatExportFormat, ExportedChat } from '../../../contract/domains/transfer.ts'
import { writeError } from '../../../platform/fileErrors.ts'
import { unreachable } from '../../../platform/unreachable.ts'
import { fileName } from '../../export/fileName.ts'
import { transferWords } from '../words.ts'
import { ZipWriter } from '../zip/ZipWriter.ts'
import type { ExportJob } from './ExportJob.ts'
import { writeHtml } from './writeHtml.ts'
import { writeJson } from './writeJson.ts'
import { encoded, markdown, writeMarkdownZip } from './writeMarkdown.ts'

export interface Destination {
  readonly file: FileHandle
  readonly path: string
}

/** Writes an export and says what kind of file it is. Rejects `IMAGE_GONE`, `TRANSFER_TOO_LARGE`, `DISK_FULL`, `FOLDER_NOT_WRITABLE`. */
export async function exportChats(job: ExportJob, format: ChatExportFormat, to: Destination): Promise<{ ending: string; mediaType: string }> {
  switch (format) {
    case 'html':
      await writePieces(writeHtml(job), to)
      return { ending: 'html', mediaType: 'text/html' }
    case 'json':
      await zipped(job, to, async (zip) => await writeJson(job, zip))
      return zip
    case 'markdown': {
      const single = lonely(job)
      if (single === null) {
        await zipped(job, to, async (zip) => await writeMarkdownZip(job, zip))
        return zip
      }
      await writePieces(encoded(markdown(single, job)), to)
      return { ending: 'md', mediaType: 'text/markdown' }
    }
    default:
      return unreachable(format)
  }
}

const zip = { ending: 'zip', mediaType: 'application/zip' }

/** The one chat of an export, where nothing need lie beside its text. */
function lonely(job: ExportJob): ExportedChat | null {
  const [chat, second] = [...firstTwo(job.chats())]
  return chat !== undefined && second === undefined && chat.messages.every(({ images }) => images.length === 0) ? chat : null
}

function* firstTwo<T>(all: Iterable<T>): Generator<T> {
  let count = 0
  for (const one of all) {
    yield one
    if (++count === 2) return
  }
}

async function zipped({ now }: ExportJob, { file, path }: Destination, fill: (zip: ZipWriter) => Promise<void>): Promise<void> {
  const writer = new ZipWriter(file, path, now)
  await fill(writer)
  await writer.end()
}

async function writePieces(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, { file, path }: Destination): Promise<void> {
  for await (const piece of pieces) {
    await file.writeFile(piece).catch((error: unknown) => {
      throw writeError(error, path)
    })
  }
}

/** A name for the file: the chat's, or how many there are. */
export function exportName(titles: readonly string[], ending: string, language: ExportJob['language']): string {
  const words = transferWords(language)
  const [only = ''] = titles
  return fileName(titles.length === 1 ? only : words.chatsFile(titles.length), ending, words.untitled)
}

import type { ExportedChat } from '../../../contract/domains/transfer.ts'
import { fileName } from '../../export/fileName.ts'
import { wellFormed } from '../../export/wellFormed.ts'
import { transferWords } from '../words.ts'
import type { ZipWriter } from '../zip/ZipWriter.ts'
import type { ExportJob } from './ExportJob.ts'
import { picturesShown } from './Pictures.ts'
import { shownTime, turnsOf } from './turns.ts'

/** A Markdown file for each chat, with the pictures beside them. Needs no pictures read before. */
export async function writeMarkdownZip(job: ExportJob, zip: ZipWriter): Promise<void> {
  const written = new Set<string>()
  for (const id of picturesShown(job.chats())) {
    job.signal.throwIfAborted()
    const { image, bytes } = await job.pictures.read(id)
    if (written.has(image.file)) continue
    written.add(image.file)
    await zip.add(image.file, [bytes], false)
  }
  const names = new Set<string>()
  for (const chat of job.chats()) await zip.add(freeName(chat, job, names), encoded(markdown(chat, job)), true)
}

/** The text of one chat, piece by piece. Texts stand as they were written; an answer is Markdown already. */
export function* markdown(chat: ExportedChat, { pictures, language, now }: ExportJob): Generator<string> {
  const words = transferWords(language)
  yield `# ${plain(chat.title === '' ? words.untitled : chat.title)}\n\n${shownTime(chat.createdAt, language)}\n`
  for (const { message, heading, ending } of turnsOf(chat, words)) {
    yield `\n## ${plain(heading)}\n\n`
    for (const { id, name } of message.images) yield `![${plain(name)}](${pictures.of(id).file})\n\n`
    yield `${wellFormed(message.text).trimEnd()}\n`
    if (ending !== null) yield `\n*${ending}*\n`
  }
  yield `\n---\n\n*${words.made(shownTime(now, language))}*\n`
}

export function* encoded(texts: Iterable<string>): Generator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text)
}

/** On one line, and with nothing in it that Markdown or HTML would act upon. */
function plain(text: string): string {
  return wellFormed(text).replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]()<>#!|&]/g, (sign) => `\\${sign}`)
}

function freeName(chat: ExportedChat, { language }: ExportJob, taken: Set<string>): string {
  for (let attempt = 1; ; attempt += 1) {
    const name = fileName(`${chat.title}${attempt === 1 ? '' : ` ${attempt}`}`, 'md', transferWords(language).untitled)
    // Names that differ in case alone are one file on many computers.
    const key = name.toLowerCase()
    if (taken.has(key)) continue
    taken.add(key)
    return name
  }
}

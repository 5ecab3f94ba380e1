import { chatsFormat } from '../../../contract/domains/transfer.ts'
import type { ExportedChat, ExportedShown } from '../../../contract/domains/transfer.ts'
import { AppError } from '../../../contract/errors/AppError.ts'
import { countValues } from '../countValues.ts'
import { JSON_MOST_BYTES, JSON_MOST_VALUES } from '../limits.ts'
import type { ZipWriter } from '../zip/ZipWriter.ts'
import type { ExportJob } from './ExportJob.ts'
import { picturesIn } from './Pictures.ts'

/** `chat.json` and the pictures beside it, as `chatsDocument` has them. One chat and one picture at a time are in memory. */
export async function writeJson(job: ExportJob, zip: ZipWriter): Promise<void> {
  for (const id of picturesIn(job.chats())) {
    job.signal.throwIfAborted()
    const known = new Set(job.pictures.images.map(({ file }) => file))
    const { image, bytes } = await job.pictures.read(id)
    if (!known.has(image.file)) await zip.add(image.file, [bytes], false)
  }
  await zip.add('chat.json', limited(document(job)), true)
}

function* document(job: ExportJob): Generator<string> {
  const head = { format: chatsFormat, app: job.version, exportedAt: new Date(job.now).toISOString(), originals: job.originals }
  yield `${JSON.stringify(head).slice(0, -1)},"chats":[`
  let isFirst = true
  for (const chat of job.chats()) {
    yield `${isFirst ? '' : ','}\n`
    isFirst = false
    yield* chatJson(chat, job)
  }
  yield `\n],"images":${JSON.stringify(job.pictures.images)}}\n`
}

function* chatJson({ messages, ...chat }: ExportedChat, { pictures }: ExportJob): Generator<string> {
  yield `${JSON.stringify(chat).slice(0, -1)},"messages":[`
  for (const [index, message] of messages.entries()) {
    const images = message.images.map((image) => left(image, pictures))
    yield `${index === 0 ? '' : ','}\n${JSON.stringify({ ...message, images })}`
  }
  yield ']}'
}

/** Under the ids under which the pictures left. */
function left({ id, name, region }: ExportedShown, pictures: ExportJob['pictures']): ExportedShown {
  const image = { id: pictures.of(id).id, name }
  return region === undefined ? image : { ...image, region: { ...region, source: { ...region.source, id: pictures.of(region.source.id).id } } }
}

/** What could not be read again must not be written. */
function* limited(texts: Iterable<string>): Generator<Uint8Array> {
  let bytes = 0, values = 0
  for (const text of texts) {
    const piece = new TextEncoder().encode(text)
    bytes += piece.byteLength
    values += countValues(piece)
    if (bytes > JSON_MOST_BYTES || values > JSON_MOST_VALUES) throw new AppError('TRANSFER_TOO_LARGE', { limit: `${JSON_MOST_BYTES / 1e6} MB` })
    yield piece
  }
}

import type { ChatsDocument, ExportedChat, ExportedImage, ExportedShown } from '../../../contract/domains/transfer.ts'
import { AppError } from '../../../contract/errors/AppError.ts'

/** What the schema cannot say: nothing twice, every reference leads somewhere, parents before children. Throws `TRANSFER_PART_DAMAGED`. */
export function checkDocument({ chats, images }: ChatsDocument, name: string): void {
  const fail = (detail: string) => new AppError('TRANSFER_PART_DAMAGED', { name, part: 'chat.json', detail })
  const known = new Map<string, ExportedImage>()
  for (const image of images) {
    const { id, file } = image
    if (known.has(id)) throw fail(`picture ${id} stands there twice`)
    if (!file.startsWith(`images/${id}.`)) throw fail(`picture ${id} names the file of another one`)
    known.set(id, image)
  }
  const chatIds = new Set<string>(), messageIds = new Set<string>()
  for (const chat of chats) {
    if (chatIds.has(chat.id)) throw fail(`chat ${chat.id} stands there twice`)
    chatIds.add(chat.id)
    const problem = problemOf(chat, known, messageIds)
    if (problem !== null) throw fail(problem)
  }
}

function problemOf({ messages }: ExportedChat, pictures: ReadonlyMap<string, ExportedImage>, seen: Set<string>): string | null {
  const above = new Set<string>()
  let position = -1
  for (const message of messages) {
    if (seen.has(message.id)) return `message ${message.id} stands there twice`
    seen.add(message.id)
    if (message.parent !== null && !above.has(message.parent)) return `message ${message.id} follows ${message.parent}, which does not stand above it`
    above.add(message.id)
    if (message.position < position) return `message ${message.id} is out of order`
    position = message.position
    const wrong = message.images.map((image) => problemOfImage(image, pictures)).find((problem) => problem !== null)
    if (wrong !== undefined) return `message ${message.id} shows ${wrong}`
  }
  return null
}

function problemOfImage({ id, region }: ExportedShown, pictures: ReadonlyMap<string, ExportedImage>): string | null {
  const picture = pictures.get(id)
  if (picture === undefined) return `picture ${id}, which is not in the list of pictures`
  if (region === undefined) return null
  const source = pictures.get(region.source.id)
  if (source === undefined) return `a part of picture ${region.source.id}, which is not in the list of pictures`
  return misplaced(region, picture, source)
}

type Size = Pick<ExportedImage, 'width' | 'height'>

/** Why `part` cannot be that region of `source`; null where it can. */
export function misplaced(region: NonNullable<ExportedShown['region']>, part: Size | null, source: Size): string | null {
  const { x, y, width, height } = region
  if (x + width > source.width || y + height > source.height) return `a part of picture ${region.source.id} that lies outside of it`
  return part?.width === width && part.height === height ? null : `a part of picture ${region.source.id} that has another size than its place there`
}

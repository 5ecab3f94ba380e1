import type { ExportedChat, ExportedShown } from '../../../contract/domains/transfer.ts'
import type { Store } from '../../../storage/Store.ts'

/**
 * Whether a chat is here already: begun at the same moment, with the same messages in the same order. The title, the
 * labels and the path that is shown do not count, nor do ids, which an import makes anew. Without `originals` pictures are told by name and place, since the bytes left without their notes.
 */
export function isHere(chat: ExportedChat, originals: boolean, store: Pick<Store, 'transfer'>): boolean {
  const wanted = keyOf(chat, originals)
  return store.transfer.alike(Date.parse(chat.createdAt), chat.messages.length).some((id) => {
    const other = store.transfer.read(id)
    return other !== null && keyOf(other, originals) === wanted
  })
}

function pictureKey({ id, name, region }: ExportedShown, originals: boolean): unknown[] {
  const place = region === undefined ? null : [originals ? region.source.id : '', region.x, region.y, region.width, region.height]
  return [name, originals ? id : '', place]
}

function keyOf({ messages }: ExportedChat, originals: boolean): string {
  const places = new Map(messages.map(({ id }, index) => [id, index]))
  return JSON.stringify(
    messages.map(({ role, text, images, parent, createdAt, status }) => [role, text, images.map((image) => pictureKey(image, originals)), parent === null ? null : places.get(parent), createdAt, status]),
  )
}

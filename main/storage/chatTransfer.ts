import type { ExportedChat, ExportedMessage, ExportedShown } from '../contract/domains/transfer.ts'
import type { Database } from './Database.ts'
import { newId } from './ids.ts'
import { NO_SOURCE } from './images.ts'

interface ChatRow {
  id: string
  title: string
  renamed: number
  pinned: number
  archived: number
  /** JSON. */
  tags: string
  /** JSON. */
  options: string | null
  created_at: number
  updated_at: number
}

interface MessageRow {
  id: string
  parent_id: string | null
  position: number
  chosen: number
  role: ExportedMessage['role']
  text: string
  status: ExportedMessage['status'] | 'writing'
  stop: ExportedMessage['stop']
  error: string | null
  stats: string | null
  options: string | null
  premise: string | null
  model: string | null
  created_at: number
}

interface ShownRow {
  message_id: string
  image_id: string
  name: string
  source_id: string | null
  source_name: string | null
  region_x: number | null
  region_y: number | null
  region_width: number | null
  region_height: number | null
}

/** Chats with their whole tree of messages, as they leave and enter the database. What was removed is not part of it. */
export class ChatTransferTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** All chats that are shown, the oldest first. */
  ids(): string[] {
    return this.#db.all<{ id: string }>('SELECT id FROM chats WHERE deleted_at IS NULL ORDER BY created_at, id').map(({ id }) => id)
  }

  /** Chats that may be the same as one that began then with so many messages. */
  alike(createdAt: number, messages: number): string[] {
    return this.#db
      .all<{ id: string }>('SELECT id FROM chats WHERE deleted_at IS NULL AND created_at = :createdAt AND (SELECT count(*) FROM messages WHERE chat_id = chats.id AND removed_at IS NULL) = :messages', { createdAt, messages })
      .map(({ id }) => id)
  }

  /** Null where there is no such chat. An answer that is being written leaves as an interrupted one, with its text so far. */
  read(chatId: string): ExportedChat | null {
    const chat = this.#db.get<ChatRow>(
      `SELECT id, title, renamed, pinned, archived, (SELECT json_group_array(tag ORDER BY tag) FROM chat_tags WHERE chat_id = chats.id) AS tags, options, created_at, updated_at
       FROM chats WHERE id = :chatId AND deleted_at IS NULL`,
      { chatId },
    )
    if (chat === undefined) return null
    const images = this.#imagesOf(chatId)
    const rows = this.#db.all<MessageRow>(
      `SELECT id, parent_id, position, chosen, role, text, status, stop, error, stats, options, premise, model, created_at FROM messages
       WHERE chat_id = :chatId AND removed_at IS NULL ORDER BY position, rowid`,
      { chatId },
    )
    // What follows a removed message is not shown either.
    const there = new Set<string | null>([null])
    const shown = rows.filter(({ id, parent_id: parent }) => there.has(parent) && there.add(id))
    const messages = shown.map((row) => toMessage(row, images.get(row.id) ?? []))
    return {
      id: chat.id,
      title: chat.title,
      renamed: chat.renamed === 1,
      pinned: chat.pinned === 1,
      archived: chat.archived === 1,
      tags: JSON.parse(chat.tags) as string[],
      ...(chat.options === null ? {} : { options: JSON.parse(chat.options) as NonNullable<ExportedChat['options']> }),
      createdAt: iso(chat.created_at),
      updatedAt: iso(chat.updated_at),
      messages,
    }
  }

  /** Adds a chat under new ids and returns its own. Its pictures are stored already; parents stand before their children. Part of a transaction. */
  add(chat: ExportedChat): string {
    const chatId = newId()
    this.#db.run('INSERT INTO chats (id, title, renamed, pinned, archived, options, created_at, updated_at) VALUES (:id, :title, :renamed, :pinned, :archived, :options, :createdAt, :updatedAt)', {
      id: chatId,
      title: chat.title,
      renamed: Number(chat.renamed),
      pinned: Number(chat.pinned),
      archived: Number(chat.archived),
      options: chat.options === undefined ? null : JSON.stringify(chat.options),
      createdAt: Date.parse(chat.createdAt),
      updatedAt: Date.parse(chat.updatedAt),
    })
    for (const tag of chat.tags) this.#db.run('INSERT INTO chat_tags (chat_id, tag) VALUES (:chatId, :tag)', { chatId, tag })
    const ids = new Map(chat.messages.map(({ id }) => [id, newId()]))
    for (const message of numbered(chat.messages)) this.#addMessage(chatId, message, ids)
    return chatId
  }

  /** Forgets those of these pictures that nothing shows, nor any part of them; `forget` deletes their files. */
  dropPictures(ids: readonly string[], forget: (id: string) => void): void {
    this.#db.transaction(() => {
      const gone = this.#db.all<{ id: string }>(
        `DELETE FROM images WHERE id IN (SELECT value FROM json_each(:ids)) AND NOT EXISTS (SELECT 1 FROM message_images WHERE image_id = images.id)
         AND ${NO_SOURCE} AND NOT EXISTS (SELECT 1 FROM page_pictures WHERE image_id = images.id) RETURNING id`,
        { ids: JSON.stringify(ids) },
      )
      for (const { id } of gone) forget(id)
    })
  }

  #addMessage(chatId: string, message: ExportedMessage, ids: ReadonlyMap<string, string>): void {
    const id = ids.get(message.id) ?? newId()
    this.#db.run(
      `INSERT INTO messages (id, chat_id, parent_id, position, chosen, role, text, status, stop, error, stats, options, premise, model, created_at)
       VALUES (:id, :chatId, :parent, :position, :chosen, :role, :text, :status, :stop, :error, :stats, :options, :premise, :model, :createdAt)`,
      {
        id,
        chatId,
        parent: message.parent === null ? null : (ids.get(message.parent) ?? null),
        position: message.position,
        chosen: message.chosen,
        role: message.role,
        text: message.text,
        status: message.status,
        stop: message.stop,
        error: message.error === null ? null : JSON.stringify(message.error),
        stats: message.stats === null ? null : JSON.stringify(message.stats),
        options: JSON.stringify(message.options),
        premise: message.premise === undefined ? null : JSON.stringify(message.premise),
        model: message.model,
        createdAt: Date.parse(message.createdAt),
      },
    )
    for (const [position, image] of message.images.entries()) this.#addImage(id, position, image)
  }

  #addImage(message: string, position: number, { id: image, name, region }: ExportedShown): void {
    this.#db.run(
      `INSERT INTO message_images (message_id, position, image_id, name, source_id, region_x, region_y, region_width, region_height)
       VALUES (:message, :position, :image, :name, :source, :x, :y, :width, :height)`,
      { message, position, image, name, source: region?.source.id ?? null, x: region?.x ?? null, y: region?.y ?? null, width: region?.width ?? null, height: region?.height ?? null },
    )
  }

  #imagesOf(chatId: string): Map<string, ExportedMessage['images']> {
    const rows = this.#db.all<ShownRow>(
      `SELECT m.message_id, m.image_id, m.name, m.source_id, source.name AS source_name, m.region_x, m.region_y, m.region_width, m.region_height
       FROM message_images m JOIN messages ON messages.id = m.message_id LEFT JOIN images source ON source.id = m.source_id
       WHERE messages.chat_id = :chatId ORDER BY m.message_id, m.position`,
      { chatId },
    )
    const images = new Map<string, ExportedMessage['images']>()
    for (const row of rows) images.set(row.message_id, [...(images.get(row.message_id) ?? []), toShown(row)])
    return images
  }
}

function toShown({ image_id: id, name, source_id: source, source_name: sourceName, region_x: x, region_y: y, region_width: width, region_height: height }: ShownRow): ExportedShown {
  if (source === null || sourceName === null || x === null || y === null || width === null || height === null) return { id, name }
  return { id, name, region: { source: { id: source, name: sourceName }, x, y, width, height } }
}

function toMessage(row: MessageRow, images: ExportedMessage['images']): ExportedMessage {
  return {
    id: row.id,
    parent: row.parent_id,
    position: row.position,
    chosen: row.chosen,
    role: row.role,
    text: row.text,
    images,
    status: row.status === 'writing' ? 'interrupted' : row.status,
    stop: row.stop,
    error: row.error === null ? null : (JSON.parse(row.error) as ExportedMessage['error']),
    stats: row.stats === null ? null : (JSON.parse(row.stats) as ExportedMessage['stats']),
    options: row.options === null ? {} : (JSON.parse(row.options) as ExportedMessage['options']),
    ...(row.premise === null ? {} : { premise: JSON.parse(row.premise) as NonNullable<ExportedMessage['premise']> }),
    model: row.model,
    createdAt: iso(row.created_at),
  }
}

/** In the same order and with the same paths shown, by numbers of our own: a file may hold such to which none can be added. */
function numbered(messages: readonly ExportedMessage[]): ExportedMessage[] {
  const ranks = new Map<string | null, number>()
  const chosen = new Map(
    messages.toSorted((one, other) => one.chosen - other.chosen).map(({ id, parent }) => {
      const rank = (ranks.get(parent) ?? 0) + 1
      ranks.set(parent, rank)
      return [id, rank]
    }),
  )
  return messages.map((message, index) => ({ ...message, position: index + 1, chosen: chosen.get(message.id) ?? 1 }))
}

const iso = (time: number): string => new Date(time).toISOString()

import type { ExportedChat, ExportedMessage } from '../contract/domains/transfer.ts'
import type { Database } from './Database.ts'
import { newId } from './ids.ts'

interface ChatRow {
  id: string
  title: string
  renamed: number
  /** JSON. */
  options: string | null
  created_at: number
  updated_at: number
}

interface MessageRow {
  id: string
  parent_id: string | null
  position: number
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

/** Chats with their whole tree of messages, as they leave and enter the database. */
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
      .all<{ id: string }>('SELECT id FROM chats WHERE deleted_at IS NULL AND created_at = :createdAt AND (SELECT count(*) FROM messages WHERE chat_id = chats.id) = :messages', { createdAt, messages })
      .map(({ id }) => id)
  }

  /** Null where there is no such chat. An answer that is being written leaves as an interrupted one, with its text so far. */
  read(chatId: string): ExportedChat | null {
    const chat = this.#db.get<ChatRow>('SELECT id, title, renamed, options, created_at, updated_at FROM chats WHERE id = :chatId AND deleted_at IS NULL', { chatId })
    if (chat === undefined) return null
    const images = this.#imagesOf(chatId)
    const rows = this.#db.all<MessageRow>(
      'SELECT id, parent_id, position, role, text, status, stop, error, stats, options, premise, model, created_at FROM messages WHERE chat_id = :chatId ORDER BY position, rowid',
      { chatId },
    )
    const messages = rows.map((row) => toMessage(row, images.get(row.id) ?? []))
    return {
      id: chat.id,
      title: chat.title,
      renamed: chat.renamed === 1,
      ...(chat.options === null ? {} : { options: JSON.parse(chat.options) as NonNullable<ExportedChat['options']> }),
      createdAt: iso(chat.created_at),
      updatedAt: iso(chat.updated_at),
      messages,
    }
  }

  /** Adds a chat under new ids and returns its own. Its pictures are stored already; parents stand before their children. Part of a transaction. */
  add(chat: ExportedChat): string {
    const chatId = newId()
    this.#db.run('INSERT INTO chats (id, title, renamed, options, created_at, updated_at) VALUES (:id, :title, :renamed, :options, :createdAt, :updatedAt)', {
      id: chatId,
      title: chat.title,
      renamed: chat.renamed ? 1 : 0,
      options: chat.options === undefined ? null : JSON.stringify(chat.options),
      createdAt: Date.parse(chat.createdAt),
      updatedAt: Date.parse(chat.updatedAt),
    })
    const ids = new Map(chat.messages.map(({ id }) => [id, newId()]))
    for (const message of chat.messages) this.#addMessage(chatId, message, ids)
    return chatId
  }

  /** Forgets those of these pictures that nothing shows; `forget` deletes their files. */
  dropPictures(ids: readonly string[], forget: (id: string) => void): void {
    this.#db.transaction(() => {
      const gone = this.#db.all<{ id: string }>(
        `DELETE FROM images WHERE id IN (SELECT value FROM json_each(:ids)) AND NOT EXISTS (SELECT 1 FROM message_images WHERE image_id = images.id)
         AND NOT EXISTS (SELECT 1 FROM page_pictures WHERE image_id = images.id) RETURNING id`,
        { ids: JSON.stringify(ids) },
      )
      for (const { id } of gone) forget(id)
    })
  }

  #addMessage(chatId: string, message: ExportedMessage, ids: ReadonlyMap<string, string>): void {
    const id = ids.get(message.id) ?? newId()
    this.#db.run(
      `INSERT INTO messages (id, chat_id, parent_id, position, role, text, status, stop, error, stats, options, premise, model, created_at)
       VALUES (:id, :chatId, :parent, :position, :role, :text, :status, :stop, :error, :stats, :options, :premise, :model, :createdAt)`,
      {
        id,
        chatId,
        parent: message.parent === null ? null : (ids.get(message.parent) ?? null),
        position: message.position,
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
    for (const [position, image] of message.images.entries()) {
      this.#db.run('INSERT INTO message_images (message_id, position, image_id, name) VALUES (:id, :position, :image, :name)', { id, position, image: image.id, name: image.name })
    }
  }

  #imagesOf(chatId: string): Map<string, ExportedMessage['images']> {
    const rows = this.#db.all<{ message_id: string; image_id: string; name: string }>(
      `SELECT m.message_id, m.image_id, m.name FROM message_images m JOIN messages ON messages.id = m.message_id
       WHERE messages.chat_id = :chatId ORDER BY m.message_id, m.position`,
      { chatId },
    )
    const images = new Map<string, ExportedMessage['images']>()
    for (const { message_id: messageId, image_id: id, name } of rows) images.set(messageId, [...(images.get(messageId) ?? []), { id, name }])
    return images
  }
}

function toMessage(row: MessageRow, images: ExportedMessage['images']): ExportedMessage {
  return {
    id: row.id,
    parent: row.parent_id,
    position: row.position,
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

const iso = (time: number): string => new Date(time).toISOString()

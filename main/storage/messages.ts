import type { AnswerStats, Message, MessageOptions, StopReason } from '../contract/domains/chat.ts'
import type { Premise } from '../contract/domains/format.ts'
import type { ImageRef } from '../contract/domains/image.ts'
import type { ErrorData } from '../contract/errors/AppError.ts'
import type { Database } from './Database.ts'
import { MessageTree } from './messageTree.ts'
import { keepMessageRegion, SOURCE_COLUMNS, withRegion } from './imageRegions.ts'
import type { RegionColumns } from './imageRegions.ts'

interface MessageRow {
  id: string
  chat_id: string
  parent_id: string | null
  role: Message['role']
  text: string
  status: Message['status']
  stop: StopReason | null
  error: string | null
  stats: string | null
  options: string | null
  premise: string | null
  model: string | null
  created_at: number
}

interface ShownImageRow extends RegionColumns {
  message_id: string
  id: string
  name: string
  format: ImageRef['format']
  width: number
  height: number
  bytes: number
}

/** A message to be stored; the position follows from its chat. */
export interface NewMessage {
  readonly id: string
  readonly chatId: string
  /** The message it follows; null: the first of its chat. Absent: the newest message of the chat. */
  readonly parentId?: string | null
  readonly role: Message['role']
  readonly text: string
  readonly images: readonly ImageRef[]
  readonly options: MessageOptions
  /** The token of the process that is going to write it; null for a message that is complete. */
  readonly writer: string | null
  readonly createdAt: number
}

/** How an answer ended. */
export interface Ending {
  readonly text: string
  readonly status: Exclude<Message['status'], 'writing'>
  readonly stop: StopReason | null
  readonly error: ErrorData | null
  readonly stats: AnswerStats | null
  readonly model: string | null
}

/** The table of messages and of the pictures they show. */
export class MessageTable {
  readonly tree: MessageTree
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
    this.tree = new MessageTree(db)
  }

  /** The path that is shown, oldest first. */
  ofChat(chatId: string): Message[] {
    const places = new Map(this.tree.chosenPath(chatId).map(({ id, siblings }) => [id, siblings]))
    return this.#withIds([...places.keys()], (row) => places.get(row.id) ?? [row.id])
  }

  /** A message and all before it, oldest first, whichever path is shown; `siblings` names each alone. */
  pathTo(id: string): Message[] {
    return this.#withIds(this.tree.idsTo(id), (row) => [row.id])
  }

  find(id: string): Message | null {
    const row = this.#db.get<MessageRow>(`${MESSAGES} WHERE id = :id AND removed_at IS NULL`, { id })
    if (row === undefined) return null
    const images = this.#db.all<ShownImageRow>(`${IMAGES} WHERE m.message_id = :id ORDER BY m.position`, { id })
    return toMessage(row, groupById(images).get(id) ?? [], this.tree.siblings(row.chat_id, row.parent_id))
  }

  optionsOf(id: string): MessageOptions {
    const text = this.#db.get<{ options: string | null }>('SELECT options FROM messages WHERE id = :id', { id })?.options ?? null
    return text === null ? {} : (JSON.parse(text) as MessageOptions)
  }

  /** Adds a message; the path that is shown leads to it, as far as it leads to its parent. */
  add(message: NewMessage): void {
    this.#db.transaction(() => {
      const { parentId: parent = this.#newest(message.chatId) } = message
      this.#db.run(
        `INSERT INTO messages (id, chat_id, parent_id, position, chosen, role, text, status, options, writer, created_at)
         VALUES (:id, :chatId, :parent,
           (SELECT 1 + coalesce(max(position), 0) FROM messages WHERE chat_id = :chatId),
           (SELECT 1 + coalesce(max(chosen), 0) FROM messages WHERE chat_id = :chatId AND parent_id IS :parent AND removed_at IS NULL),
           :role, :text, :status, :options, :writer, :createdAt)`,
        {
          id: message.id,
          chatId: message.chatId,
          parent,
          role: message.role,
          text: message.text,
          status: message.writer === null ? 'done' : 'writing',
          options: JSON.stringify(message.options),
          writer: message.writer,
          createdAt: message.createdAt,
        },
      )
      for (const [position, image] of message.images.entries()) {
        this.#db.run(
          'INSERT INTO message_images (message_id, position, image_id, name) VALUES (:message, :position, :image, :name)',
          { message: message.id, position, image: image.id, name: image.name },
        )
        if (image.region !== undefined) keepMessageRegion(this.#db, message.id, position, image.region)
      }
    })
  }

  /** Makes an ended answer one that is being written; its text stays until `saveText` replaces it, and its figures until it ends. */
  reopen(id: string, options: MessageOptions, writer: string): void {
    this.#db.run(
      `UPDATE messages SET status = 'writing', writer = :writer, stop_requested = 0, stop = NULL, error = NULL,
       premise = NULL, options = :options WHERE id = :id`,
      { id, writer, options: JSON.stringify(options) },
    )
  }

  savePremise(id: string, premise: Premise): void {
    this.#db.run('UPDATE messages SET premise = :premise WHERE id = :id', { id, premise: JSON.stringify(premise) })
  }

  saveText(id: string, text: string): void {
    this.#db.run('UPDATE messages SET text = :text WHERE id = :id', { id, text })
  }

  end(id: string, ending: Ending): void {
    this.#db.run(
      `UPDATE messages SET text = :text, status = :status, stop = :stop, error = :error, stats = :stats, model = :model,
       writer = NULL, stop_requested = 0 WHERE id = :id`,
      { ...ending, id, error: inJson(ending.error), stats: inJson(ending.stats) },
    )
  }

  /** Asks the process that writes this answer to stop. */
  requestStop(id: string): void {
    this.#db.run(`UPDATE messages SET stop_requested = 1 WHERE id = :id AND status = 'writing'`, { id })
  }

  isStopRequested(id: string): boolean {
    return this.#db.get<{ stop_requested: number }>('SELECT stop_requested FROM messages WHERE id = :id', { id })?.stop_requested === 1
  }

  /** Answers of a chat that are being written now. */
  writingIn(chatId: string): string[] {
    return this.#db.all<{ id: string }>(`SELECT id FROM messages WHERE chat_id = :chatId AND status = 'writing'`, { chatId }).map((row) => row.id)
  }

  /** Marks answers as interrupted whose process is dead; their text so far stays. Returns how many. */
  markInterrupted(isAlive: (token: string) => boolean): number {
    const writers = this.#db.all<{ writer: string | null }>(`SELECT DISTINCT writer FROM messages WHERE status = 'writing'`)
    let marked = 0
    for (const { writer } of writers) {
      if (writer !== null && isAlive(writer)) continue
      marked += this.#db.run(
        `UPDATE messages SET status = 'interrupted', writer = NULL, stop_requested = 0 WHERE status = 'writing' AND writer IS :writer`,
        { writer },
      )
    }
    return marked
  }

  #newest(chatId: string): string | null {
    return this.#db.get<{ id: string }>('SELECT id FROM messages WHERE chat_id = :chatId AND removed_at IS NULL ORDER BY position DESC LIMIT 1', { chatId })?.id ?? null
  }

  /** The messages of these ids, in this order; one query for all, one for their pictures. */
  #withIds(ids: readonly string[], siblings: (row: MessageRow) => readonly string[]): Message[] {
    const given = { ids: JSON.stringify(ids) }
    const rows = this.#db.all<MessageRow>(`${MESSAGES} WHERE id IN (SELECT value FROM json_each(:ids))`, given)
    const images = groupById(this.#db.all<ShownImageRow>(`${IMAGES} WHERE m.message_id IN (SELECT value FROM json_each(:ids)) ORDER BY m.message_id, m.position`, given))
    const messages = new Map(rows.map((row) => [row.id, toMessage(row, images.get(row.id) ?? [], siblings(row))]))
    return ids.flatMap((id) => messages.get(id) ?? [])
  }
}

/** Named: of a long chat, most of the time goes into handing over columns. */
const MESSAGES = 'SELECT id, chat_id, parent_id, role, text, status, stop, error, stats, options, premise, model, created_at FROM messages'

const IMAGES = `SELECT m.message_id, i.id, m.name, i.format, i.width, i.height, i.bytes, ${SOURCE_COLUMNS}, m.region_x, m.region_y, m.region_width, m.region_height
  FROM message_images m JOIN images i ON i.id = m.image_id LEFT JOIN images source ON source.id = m.source_id`

function groupById(rows: readonly ShownImageRow[]): Map<string, ImageRef[]> {
  const groups = new Map<string, ImageRef[]>()
  for (const { message_id: messageId, ...row } of rows) {
    const image = withRegion(row)
    const group = groups.get(messageId)
    if (group === undefined) groups.set(messageId, [image])
    else group.push(image)
  }
  return groups
}

function toMessage(row: MessageRow, images: ImageRef[], siblings: readonly string[]): Message {
  return {
    id: row.id,
    chatId: row.chat_id,
    parentId: row.parent_id,
    siblings: [...siblings],
    role: row.role,
    text: row.text,
    images,
    status: row.status,
    stop: row.stop,
    error: row.error === null ? null : (JSON.parse(row.error) as Message['error']),
    stats: row.stats === null ? null : (JSON.parse(row.stats) as AnswerStats),
    model: row.model,
    ...askingOf(row),
    createdAt: row.created_at,
  }
}

/** How it was asked, where it was not asked freely. */
function askingOf(row: MessageRow): Pick<Message, 'format' | 'verifyPremise' | 'premise'> {
  const options: MessageOptions = row.options === null ? {} : (JSON.parse(row.options) as MessageOptions)
  const { format, verifyPremise } = options
  return {
    ...(format === undefined ? {} : { format }),
    ...(verifyPremise === true ? { verifyPremise } : {}),
    ...(row.premise === null ? {} : { premise: JSON.parse(row.premise) as Premise }),
  }
}

function inJson(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value)
}

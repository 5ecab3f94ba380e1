import type { ChatOptions, ChatOrder, ChatSummary } from '../contract/domains/chat.ts'
import type { Database } from './Database.ts'

interface ChatRow {
  id: string
  title: string
  created_at: number
  updated_at: number
  messages: number
  busy: number
  pinned: number
  archived: number
  /** JSON. */
  tags: string
}

const SELECT = `SELECT id, title, created_at, updated_at, pinned, archived,
  (SELECT json_group_array(tag ORDER BY tag) FROM chat_tags WHERE chat_id = chats.id) AS tags,
  (SELECT count(*) FROM messages WHERE chat_id = chats.id AND removed_at IS NULL) AS messages,
  EXISTS (SELECT 1 FROM messages WHERE chat_id = chats.id AND status = 'writing') AS busy
  FROM chats`

/** The table of chats. A removed chat is invisible here until it is restored. */
export class ChatTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Newest change first. */
  list(): ChatSummary[] {
    return this.#db.all<ChatRow>(`${SELECT} WHERE deleted_at IS NULL ORDER BY updated_at DESC, id`).map(toSummary)
  }

  find(id: string): ChatSummary | null {
    const row = this.#db.get<ChatRow>(`${SELECT} WHERE id = :id AND deleted_at IS NULL`, { id })
    return row === undefined ? null : toSummary(row)
  }

  create(id: string, now: number): void {
    this.#db.run('INSERT INTO chats (id, created_at, updated_at) VALUES (:id, :now, :now)', { id, now })
  }

  /** Returns whether the chat exists. */
  rename(id: string, title: string): boolean {
    return this.#db.run('UPDATE chats SET title = :title, renamed = 1 WHERE id = :id AND deleted_at IS NULL', { id, title }) > 0
  }

  /** Call it in a transaction. Returns whether the chat exists. */
  organise(id: string, { pinned, archived, tags }: ChatOrder): boolean {
    const there = this.#db.run(
      `UPDATE chats SET pinned = coalesce(:pinned, pinned), archived = coalesce(:archived, archived) WHERE id = :id AND deleted_at IS NULL`,
      { id, pinned: toBit(pinned), archived: toBit(archived) },
    )
    if (there === 0) return false
    if (tags === undefined) return true
    this.#db.run('DELETE FROM chat_tags WHERE chat_id = :id', { id })
    for (const tag of tags) this.#db.run('INSERT INTO chat_tags (chat_id, tag) VALUES (:id, :tag)', { id, tag })
    return true
  }

  /** Gives a title to a chat that has none of the person's own. */
  suggestTitle(id: string, title: string): void {
    this.#db.run(`UPDATE chats SET title = :title WHERE id = :id AND renamed = 0 AND title = ''`, { id, title })
  }

  /** What the chat keeps for its next questions; null where nothing was chosen, or there is no such chat. */
  optionsOf(id: string): ChatOptions | null {
    const text = this.#db.get<{ options: string | null }>('SELECT options FROM chats WHERE id = :id', { id })?.options ?? null
    return text === null ? null : (JSON.parse(text) as ChatOptions)
  }

  /** Returns whether the chat exists. */
  saveOptions(id: string, options: ChatOptions): boolean {
    return this.#db.run('UPDATE chats SET options = :options WHERE id = :id AND deleted_at IS NULL', { id, options: JSON.stringify(options) }) > 0
  }

  touch(id: string, now: number): void {
    this.#db.run('UPDATE chats SET updated_at = max(updated_at, :now) WHERE id = :id', { id, now })
  }

  /** Hides a chat. Returns whether it was there. */
  remove(id: string, by: string, now: number): boolean {
    return this.#db.run('UPDATE chats SET deleted_at = :now, deleted_by = :by WHERE id = :id AND deleted_at IS NULL', { id, by, now }) > 0
  }

  /** Shows a removed chat again. Returns whether there is such a chat. */
  restore(id: string): boolean {
    return this.#db.run('UPDATE chats SET deleted_at = NULL, deleted_by = NULL WHERE id = :id', { id }) > 0
  }

  /** Deletes removed chats for good, but for those of a living process, whose person may still undo. Returns their ids. */
  purge(isAlive: (token: string) => boolean): string[] {
    return this.#db.transaction(() => {
      const owners = this.#db.all<{ deleted_by: string | null }>('SELECT DISTINCT deleted_by FROM chats WHERE deleted_at IS NOT NULL')
      const purged: string[] = []
      for (const { deleted_by: by } of owners) {
        if (by !== null && isAlive(by)) continue
        const gone = this.#db.all<{ id: string }>('DELETE FROM chats WHERE deleted_at IS NOT NULL AND deleted_by IS :by RETURNING id', { by })
        purged.push(...gone.map(({ id }) => id))
      }
      return purged
    })
  }
}

function toSummary(row: ChatRow): ChatSummary {
  return {
    id: row.id,
    title: row.title,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    messages: row.messages,
    busy: row.busy === 1,
    pinned: row.pinned === 1,
    archived: row.archived === 1,
    tags: JSON.parse(row.tags) as string[],
  }
}

function toBit(value: boolean | undefined): number | null {
  return value === undefined ? null : Number(value)
}

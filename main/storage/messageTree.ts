import type { Database } from './Database.ts'

/** A message on the path that is shown, with all that stand in its place, itself among them, oldest first. */
export interface Place {
  readonly id: string
  readonly siblings: readonly string[]
}

interface Node {
  id: string
  parent_id: string | null
  chosen: number
}

/**
 * The tree of a chat's messages: which path through it is shown, and what of it was removed. A removed message is invisible here,
 * with all that followed it when it was removed, until it is restored.
 *
 * [Note: The chosen path] Among messages with one parent the one chosen last is shown. So each branch remembers its own path, a
 * message that is removed uncovers the one shown before it, and no pointer can be left to something that is gone.
 */
export class MessageTree {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** The path that is shown, from the first message on. */
  chosenPath(chatId: string): Place[] {
    const nodes = this.#db.all<Node>('SELECT id, parent_id, chosen FROM messages WHERE chat_id = :chatId AND removed_at IS NULL ORDER BY parent_id, position', { chatId })
    const children = byParent(nodes)
    const path: Place[] = []
    for (let here = children.get(null); here !== undefined; here = children.get(path.at(-1)?.id ?? null)) {
      const shown = here.reduce((best, node) => (node.chosen >= best.chosen ? node : best))
      path.push({ id: shown.id, siblings: here.map(({ id }) => id) })
    }
    return path
  }

  /** The ids of a message and all before it, the first of the chat first. */
  idsTo(id: string): string[] {
    return this.#db
      .all<{ id: string }>(
        `WITH RECURSIVE up (id, parent_id, above) AS (
           SELECT id, parent_id, 0 FROM messages WHERE id = :id
           UNION ALL SELECT m.id, m.parent_id, above + 1 FROM up JOIN messages m ON m.id = up.parent_id)
         SELECT id FROM up ORDER BY above DESC`,
        { id },
      )
      .map((row) => row.id)
  }

  /** All messages in the place of one, itself among them, oldest first. */
  siblings(chatId: string, parentId: string | null): string[] {
    return this.#db
      .all<{ id: string }>('SELECT id FROM messages WHERE chat_id = :chatId AND parent_id IS :parentId AND removed_at IS NULL ORDER BY position', { chatId, parentId })
      .map((row) => row.id)
  }

  /** Whether nothing follows a message on any branch. */
  isLast(id: string): boolean {
    return this.#db.get('SELECT 1 FROM messages WHERE parent_id = :id AND removed_at IS NULL', { id }) === undefined
  }

  /** Makes the path that is shown lead through a message. */
  choose(id: string): void {
    const siblings = 'FROM messages s WHERE s.chat_id = messages.chat_id AND s.parent_id IS messages.parent_id AND s.removed_at IS NULL'
    this.#db.run(
      `UPDATE messages SET chosen = (SELECT 1 + max(s.chosen) ${siblings})
       WHERE id IN (SELECT value FROM json_each(:ids)) AND EXISTS (SELECT 1 ${siblings} AND s.id <> messages.id)`,
      { ids: JSON.stringify(this.idsTo(id)) },
    )
  }

  /** Answers that are being written, of a message and all that follows it on any branch. */
  writingFrom(id: string): string[] {
    return this.#db.all<{ id: string }>(`${BELOW} SELECT m.id FROM below JOIN messages m ON m.id = below.id WHERE m.status = 'writing'`, { id }).map((row) => row.id)
  }

  /** Hides a message and all that follows it on any branch. Returns how many were hidden. */
  remove(id: string, by: string, now: number): number {
    return this.#db.run(
      `${BELOW} UPDATE messages SET removed_at = :now, removed_by = :by, removed_with = :id
       WHERE removed_at IS NULL AND id IN (SELECT id FROM below)`,
      { id, by, now },
    )
  }

  /** Shows again what was hidden together with a message, and what it follows. Returns whether the message is there: something below it may have brought it back before. */
  restore(id: string): boolean {
    return this.#db.transaction(() => {
      if (this.#db.run(`${SHOW} WHERE removed_with = :id AND removed_at IS NOT NULL`, { id }) === 0) {
        return this.#db.get('SELECT 1 FROM messages WHERE id = :id AND removed_at IS NULL', { id }) !== undefined
      }
      this.#db.run(`${SHOW} WHERE id IN (SELECT value FROM json_each(:ids)) AND removed_at IS NOT NULL`, { ids: JSON.stringify(this.idsTo(id)) })
      return true
    })
  }

  /**
   * Deletes removed messages for good, but for those of a living process, whose person may still undo; what follows a deleted
   * message goes with it. Returns the ids of their chats.
   */
  purge(isAlive: (token: string) => boolean): string[] {
    return this.#db.transaction(() => {
      const owners = this.#db.all<{ removed_by: string | null }>('SELECT DISTINCT removed_by FROM messages WHERE removed_at IS NOT NULL')
      const chats = new Set<string>()
      for (const { removed_by: by } of owners) {
        if (by !== null && isAlive(by)) continue
        const gone = this.#db.all<{ chat_id: string }>(
          `WITH RECURSIVE gone (id) AS (
             SELECT id FROM messages WHERE removed_at IS NOT NULL AND removed_by IS :by
             UNION SELECT m.id FROM gone JOIN messages m ON m.parent_id = gone.id)
           DELETE FROM messages WHERE id IN (SELECT id FROM gone) RETURNING chat_id`,
          { by },
        )
        for (const { chat_id: chatId } of gone) chats.add(chatId)
      }
      return [...chats]
    })
  }
}

const SHOW = 'UPDATE messages SET removed_at = NULL, removed_by = NULL, removed_with = NULL'

const BELOW = `WITH RECURSIVE below (id) AS (
  SELECT :id UNION ALL SELECT m.id FROM below JOIN messages m ON m.parent_id = below.id)`

function byParent(nodes: readonly Node[]): Map<string | null, Node[]> {
  const children = new Map<string | null, Node[]>()
  for (const node of nodes) {
    const siblings = children.get(node.parent_id)
    if (siblings === undefined) children.set(node.parent_id, [node])
    else siblings.push(node)
  }
  return children
}

import type { Database } from './Database.ts'

/** One version of a template; `content` is its JSON. */
export interface TemplateRow {
  readonly id: string
  readonly version: number
  readonly title: string
  readonly content: string
  /** Milliseconds since the epoch. */
  readonly savedAt: number
}

const SELECT = `SELECT templates.id, template_versions.version, title, content, saved_at AS savedAt
  FROM templates JOIN template_versions ON template_id = templates.id`

/** The tables of people's own templates. A removed template is invisible here until it is restored. */
export class TemplateTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** The newest version of each, the last changed first. */
  list(): TemplateRow[] {
    return this.#db.all<TemplateRow>(`${SELECT} AND template_versions.version = templates.version WHERE deleted_at IS NULL ORDER BY updated_at DESC, templates.id`)
  }

  /** A version of a template, the newest where none is named. */
  find(id: string, version?: number): TemplateRow | null {
    const row = this.#db.get<TemplateRow>(
      `${SELECT} AND template_versions.version = coalesce(:version, templates.version) WHERE templates.id = :id AND deleted_at IS NULL`,
      { id, version: version ?? null },
    )
    return row ?? null
  }

  /** All versions, newest first; none of a template that is not there. */
  versions(id: string): TemplateRow[] {
    return this.#db.all<TemplateRow>(`${SELECT} WHERE templates.id = :id AND deleted_at IS NULL ORDER BY template_versions.version DESC`, { id })
  }

  /**
   * Adds a version, and the template where it is new. What is its newest version already is not added again. Returns whether
   * there is such a template: false for one that was removed.
   */
  save(id: string, title: string, content: string, now: number, isNew: boolean): boolean {
    return this.#db.transaction(() => {
      if (isNew) this.#db.run('INSERT INTO templates (id, version, updated_at) VALUES (:id, 0, :now)', { id, now })
      const newest = this.#db.get<{ version: number; content: string | null }>(
        `SELECT version, (SELECT content FROM template_versions WHERE template_id = :id AND version = templates.version) AS content
         FROM templates WHERE id = :id AND deleted_at IS NULL`,
        { id },
      )
      if (newest === undefined) return false
      if (newest.content === content) return true
      const version = newest.version + 1
      this.#db.run('INSERT INTO template_versions (template_id, version, title, content, saved_at) VALUES (:id, :version, :title, :content, :now)', { id, version, title, content, now })
      this.#db.run('UPDATE templates SET version = :version, updated_at = :now WHERE id = :id', { id, version, now })
      return true
    })
  }

  /** Hides a template. Returns whether it was there. */
  remove(id: string, by: string, now: number): boolean {
    return this.#db.run('UPDATE templates SET deleted_at = :now, deleted_by = :by WHERE id = :id AND deleted_at IS NULL', { id, by, now }) > 0
  }

  /** Shows a removed template again. Returns whether there is such a template. */
  restore(id: string): boolean {
    return this.#db.run('UPDATE templates SET deleted_at = NULL, deleted_by = NULL WHERE id = :id', { id }) > 0
  }

  /** Deletes removed templates for good, but for those of a living process, whose person may still undo. Returns how many. */
  purge(isAlive: (token: string) => boolean): number {
    return this.#db.transaction(() => {
      const owners = this.#db.all<{ by: string | null }>('SELECT DISTINCT deleted_by AS by FROM templates WHERE deleted_at IS NOT NULL')
      const dead = owners.filter(({ by }) => by === null || !isAlive(by))
      return dead.reduce((sum, { by }) => sum + this.#db.run('DELETE FROM templates WHERE deleted_at IS NOT NULL AND deleted_by IS :by', { by }), 0)
    })
  }
}

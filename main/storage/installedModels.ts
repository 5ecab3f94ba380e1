import type { Adapter, InstalledModel } from '../contract/domains/library.ts'
import type { Database } from './Database.ts'

/** What is kept about a model; the rest of `InstalledModel` is seen on the disk. */
export type InstalledModelRow = Omit<InstalledModel, 'bytes' | 'missing'>

/** What a person may change about a model. */
export type InstalledModelChange = Partial<Pick<InstalledModelRow, 'name' | 'template' | 'adapters'>> & { projector?: string | null }

interface Row {
  id: string
  name: string
  model: string
  projector: string | null
  adapters: string
  template: InstalledModelRow['template']
  source: InstalledModelRow['source']
  catalogue_model: string | null
  catalogue_variant: string | null
  repository: string | null
  added_at: number
}

/** The table of models at hand. */
export class InstalledModelTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Newest first. */
  list(): InstalledModelRow[] {
    return this.#db.all<Row>('SELECT * FROM installed_models ORDER BY added_at DESC, id').map(toModel)
  }

  find(id: string): InstalledModelRow | null {
    const row = this.#db.get<Row>('SELECT * FROM installed_models WHERE id = :id', { id })
    return row === undefined ? null : toModel(row)
  }

  /**
   * Adds a model and returns its id. A model file that is in the list already keeps its id, its name and what the person
   * chose (template, adapters); a projector is replaced, and by a download where it comes from.
   */
  add(model: InstalledModelRow): string {
    const row = this.#db.get<{ id: string }>(
      `INSERT INTO installed_models (id, name, model, projector, adapters, template, source, catalogue_model, catalogue_variant, repository, added_at)
       VALUES (:id, :name, :model, :projector, :adapters, :template, :source, :catalogueModel, :catalogueVariant, :repository, :addedAt)
       ON CONFLICT (model) DO UPDATE SET projector = coalesce(excluded.projector, projector),
       source = CASE excluded.source WHEN 'import' THEN source ELSE excluded.source END,
       catalogue_model = CASE excluded.source WHEN 'import' THEN catalogue_model ELSE excluded.catalogue_model END,
       catalogue_variant = CASE excluded.source WHEN 'import' THEN catalogue_variant ELSE excluded.catalogue_variant END,
       repository = CASE excluded.source WHEN 'import' THEN repository ELSE excluded.repository END
       RETURNING id`,
      {
        id: model.id,
        name: model.name,
        model: model.files.model,
        projector: model.files.projector,
        adapters: JSON.stringify(model.adapters),
        template: model.template,
        source: model.source,
        catalogueModel: model.catalogue?.model ?? null,
        catalogueVariant: model.catalogue?.variant ?? null,
        repository: model.repository,
        addedAt: model.addedAt,
      },
    )
    return row?.id ?? model.id
  }

  /** Returns the model as it is then, or null where there is none. */
  change(id: string, change: InstalledModelChange): InstalledModelRow | null {
    return this.#db.transaction(() => {
      const old = this.find(id)
      if (old === null) return null
      this.#db.run('UPDATE installed_models SET name = :name, projector = :projector, template = :template, adapters = :adapters WHERE id = :id', {
        id,
        name: change.name ?? old.name,
        projector: change.projector === undefined ? old.files.projector : change.projector,
        template: change.template === undefined ? old.template : change.template,
        adapters: JSON.stringify(change.adapters ?? old.adapters),
      })
      return this.find(id)
    })
  }

  /** Returns whether it was there. */
  remove(id: string): boolean {
    return this.#db.run('DELETE FROM installed_models WHERE id = :id', { id }) > 0
  }
}

function toModel(row: Row): InstalledModelRow {
  return {
    id: row.id,
    name: row.name,
    files: { model: row.model, projector: row.projector },
    adapters: JSON.parse(row.adapters) as Adapter[],
    template: row.template,
    source: row.source,
    catalogue: row.catalogue_model === null || row.catalogue_variant === null ? null : { model: row.catalogue_model, variant: row.catalogue_variant },
    repository: row.repository,
    addedAt: row.added_at,
  }
}

import { template as schema } from '../../contract/domains/template.ts'
import type { StoredTemplate, Template } from '../../contract/domains/template.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { newId } from '../../storage/ids.ts'
import type { Store } from '../../storage/Store.ts'
import type { TemplateRow } from '../../storage/templates.ts'
import { contentOf, readTemplate, writeTemplate } from './templateFile.ts'
import type { TemplateFileFormat } from './templateFile.ts'
import { assertUsable } from './templateErrors.ts'

export interface TemplateDependencies {
  readonly store: Pick<Store, 'templates' | 'lock'>
  /** See `loadShippedTemplates`. */
  readonly shipped: readonly StoredTemplate[]
  /** A template was saved, removed or restored. */
  readonly changed: () => void
  readonly now: () => number
}

/** Templates: those that come with the app and people's own, with their versions. */
export class TemplateService {
  readonly #deps: TemplateDependencies

  constructor(deps: TemplateDependencies) {
    this.#deps = deps
  }

  /** Shipped ones first, then people's own, the last changed first. */
  list(): StoredTemplate[] {
    return [...this.#deps.shipped, ...this.#deps.store.templates.list().map(toTemplate)]
  }

  /** A version, the newest where none is named. Throws `TEMPLATE_MISSING`. */
  get(id: string, version?: number): StoredTemplate {
    const shipped = this.#shipped(id)
    if (shipped !== undefined && (version ?? shipped.version) === shipped.version) return shipped
    const row = shipped === undefined ? this.#deps.store.templates.find(id, version) : null
    if (row === null) throw new AppError('TEMPLATE_MISSING', { name: version === undefined ? id : `${id}@${version}` })
    return toTemplate(row)
  }

  /** The template of an id, or else of a title in any language. Throws `TEMPLATE_MISSING`, `TEMPLATE_NAME_AMBIGUOUS`. */
  find(name: string): StoredTemplate {
    const all = this.list(), wanted = plain(name)
    const found = all.find(({ id }) => id === name)
    if (found !== undefined) return found
    const [first, ...others] = all.filter(({ template, translations }) => [template.title, ...Object.values(translations).map(({ title }) => title)].some((title) => plain(title) === wanted))
    if (first === undefined) throw new AppError('TEMPLATE_MISSING', { name })
    if (others.length > 0) throw new AppError('TEMPLATE_NAME_AMBIGUOUS', { name, templates: [first, ...others].map(({ id }) => id).join(', ') })
    return first
  }

  /** Newest first. Throws `TEMPLATE_MISSING`. */
  versions(id: string): { version: number; savedAt: number; title: string }[] {
    const newest = this.get(id)
    if (newest.origin === 'shipped') return [{ version: newest.version, savedAt: newest.updatedAt, title: newest.template.title }]
    return this.#deps.store.templates.versions(id).map(({ version, savedAt, title }) => ({ version, savedAt, title }))
  }

  /**
   * A new version of an own template, or a new template: without `id`, or with that of a shipped one. What is saved already
   * makes neither. Throws `TEMPLATE_INVALID`, `TEMPLATE_MISSING`.
   */
  save(given: Template, id?: string): StoredTemplate {
    assertUsable(given)
    const content = contentOf(given), shipped = id === undefined ? undefined : this.#shipped(id)
    if (shipped !== undefined && contentOf(shipped.template) === content) return shipped
    const isNew = id === undefined || shipped !== undefined, target = isNew ? newId() : id
    if (!this.#deps.store.templates.save(target, given.title, content, this.#deps.now(), isNew)) throw new AppError('TEMPLATE_MISSING', { name: target })
    this.#deps.changed()
    return this.get(target)
  }

  /** Hides an own template. Throws `TEMPLATE_MISSING`, `TEMPLATE_SHIPPED`. */
  remove(id: string): void {
    const { store, now, changed } = this.#deps
    const shipped = this.#shipped(id)
    if (shipped !== undefined) throw new AppError('TEMPLATE_SHIPPED', { name: shipped.template.title })
    if (!store.templates.remove(id, store.lock.token, now())) throw new AppError('TEMPLATE_MISSING', { name: id })
    changed()
  }

  /** Throws `TEMPLATE_MISSING` where it was deleted for good. */
  restore(id: string): StoredTemplate {
    if (this.#shipped(id) === undefined) {
      if (!this.#deps.store.templates.restore(id)) throw new AppError('TEMPLATE_MISSING', { name: id })
      this.#deps.changed()
    }
    return this.get(id)
  }

  /** The template in the text of a template file or of a JSON Schema; `name` is the file's. Throws `TEMPLATE_INVALID`. */
  read(text: string, name: string): Template {
    return readTemplate(text, name)
  }

  /** The text of a file, and a name for it. Throws `TEMPLATE_INVALID`. */
  write(template: Template, format: TemplateFileFormat): { text: string; name: string } {
    assertUsable(template)
    return writeTemplate(template, format)
  }

  #shipped(id: string): StoredTemplate | undefined {
    return this.#deps.shipped.find((each) => each.id === id)
  }
}

/** Members that a newer version of the app added to templates get their defaults here. */
function toTemplate({ id, version, content, savedAt }: TemplateRow): StoredTemplate {
  return { id, origin: 'own', version, template: schema.parse(JSON.parse(content)), translations: {}, updatedAt: savedAt }
}

function plain(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase()
}

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { StoredTemplate } from '../../../contract/domains/template.ts'
import { readError } from '../../../platform/fileErrors.ts'
import { isExport, readExport, type RepeatableRun } from '../../../services/export/json/readExport.ts'
import { assertUsable } from '../../../services/templates/templateErrors.ts'
import { contentOf } from '../../../services/templates/templateFile.ts'
import type { TemplateService } from '../../../services/templates/TemplateService.ts'
import { isPath } from '../models/modelName.ts'

/** What `--template` names. */
export interface NamedTemplate {
  readonly template: StoredTemplate
  /** The run that is made once more; null where it is a template alone. */
  readonly repeated: RepeatableRun | null
}

/**
 * A template at hand, one of a file, or the one of an export. That of a file has an id by its content, so that a run of it is known
 * again; that of an export keeps its id and version, so that its records are the same. Rejects `TEMPLATE_MISSING`,
 * `TEMPLATE_NAME_AMBIGUOUS`, `TEMPLATE_INVALID`, `EXPORT_UNREADABLE` and what keeps the file from being read.
 */
export async function templateNamed(name: string, templates: Pick<TemplateService, 'find' | 'read'>): Promise<NamedTemplate> {
  if (!isPath(name) && !/\.(?:json|jsonl|ndjson)$/i.test(name)) return { template: templates.find(name), repeated: null }
  const text = await readFile(name, 'utf8').catch((error: unknown) => {
    throw readError(error, name)
  })
  if (isExport(text)) return ofExport(text, basename(name))
  const template = templates.read(text, basename(name))
  const id = `file-${createHash('sha256').update(contentOf(template)).digest('hex').slice(0, 32)}`
  return { template: { id, origin: 'own', version: 1, template, updatedAt: 0, translations: {} }, repeated: null }
}

function ofExport(text: string, name: string): NamedTemplate {
  const repeated = readExport(text, name)
  const { template, templateId: id, templateVersion: version } = repeated
  // It comes from anywhere, like that of a template file.
  assertUsable(template, name)
  return { template: { id, origin: 'own', version, template, updatedAt: 0, translations: {} }, repeated }
}

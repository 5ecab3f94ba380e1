import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { slug } from '../../contract/domains/catalogue.ts'
import { templateWords } from '../../contract/domains/template.ts'
import type { StoredTemplate } from '../../contract/domains/template.ts'
import type { Logger } from '../../platform/log.ts'
import { readTemplate } from './templateFile.ts'

/** What the folder holds, in the order people see it. A template that is changed gets the next version. */
const index = z.object({ templates: z.array(z.object({ id: slug, version: z.number().int().positive() })) })
const words = z.record(slug, templateWords)
/** The languages, besides English, that templates are translated to; a file for each. */
const languages = ['zh-CN']

/**
 * The templates that come with the app, from `resources/templates`: `index.json`, a template file for each, and a file of words
 * for each language. What is missing or damaged is told in the log and left out; it is no reason not to start.
 */
export function loadShippedTemplates(folder: string, logger: Logger): StoredTemplate[] {
  const attempt = <T>(name: string, read: (text: string) => T, instead: T): T => {
    const path = join(folder, name)
    try {
      return read(readFileSync(path, 'utf8'))
    } catch (error) {
      logger.error('A file of the shipped templates cannot be read', { path, error })
      return instead
    }
  }
  const { templates } = attempt('index.json', (text) => index.parse(JSON.parse(text)), { templates: [] })
  const translations = languages.map((language) => [language, attempt(`${language}.json`, (text) => words.parse(JSON.parse(text)), {})] as const)
  return templates.flatMap(({ id, version }) => {
    const template = attempt(`${id}.json`, (text) => readTemplate(text, `${id}.json`), null)
    if (template === null) return []
    const own = translations.flatMap(([language, all]) => (all[id] === undefined ? [] : [[language, all[id]] as const]))
    return [{ id, origin: 'shipped' as const, version, template, translations: Object.fromEntries(own), updatedAt: 0 }]
  })
}

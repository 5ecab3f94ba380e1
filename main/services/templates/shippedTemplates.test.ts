import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { template } from '../../contract/domains/template.ts'
import { fieldsByPath, wordsOf } from '../../contract/templateWords.ts'
import { templateProblems } from '../../contract/templateProblems.ts'
import { createLogger, silentLogger } from '../../platform/log.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { fromJsonSchema } from './jsonSchema/fromJsonSchema.ts'
import { toJsonSchema } from './jsonSchema/toJsonSchema.ts'
import { loadShippedTemplates } from './shippedTemplates.ts'
import { readTemplate, writeTemplate } from './templateFile.ts'

const folder = resolve(import.meta.dirname, '../../../resources/templates')
const shipped = loadShippedTemplates(folder, silentLogger)
/** What the demo model knows by name, as `resources/demo-model/train.py` trains it. */
const known = new Set(readFileSync(resolve(folder, '../demo-model/train.py'), 'utf8').match(/^FIELDS = \{[^]*?^\}/m)?.[0].match(/(?<=')[a-z_]+(?=')/g))

test('there are ten, and every file of the folder is one of them', () => {
  expect(shipped.map(({ id }) => id)).toEqual(['receipt', 'invoice', 'business-card', 'id-card', 'driver-licence', 'form', 'table-screenshot', 'chart-values', 'error-dialog', 'caption-and-tags'])
  expect(readdirSync(folder).sort()).toEqual([...shipped.map(({ id }) => `${id}.json`), 'index.json', 'zh-CN.json'].sort())
})

describe.each(shipped.map((stored) => [stored.id, stored] as const))('%s', (id, stored) => {
  const { template: own } = stored

  test('is valid, and the same after a way through its file and its JSON Schema', () => {
    expect(templateProblems(own)).toEqual([])
    expect(readTemplate(writeTemplate(own, 'template').text, 'x.json')).toEqual(own)
    expect(template.parse(fromJsonSchema(JSON.parse(JSON.stringify(toJsonSchema(own))), 'x'))).toEqual(own)
  })

  test('is written without what is usual anyway', () => {
    expect(JSON.parse(readFileSync(join(folder, `${id}.json`), 'utf8'))).toEqual(JSON.parse(writeTemplate(own, 'template').text))
  })

  test('has a label in English for every field and column, and each of its words in Chinese', () => {
    const paths = fieldsByPath(own)
    for (const { path, field } of paths) {
      expect(field.label, path).toMatch(/^[A-Z]/)
      expect(field.name, path).toMatch(/^[a-z][a-z0-9_]*$/)
    }
    const words = stored.translations['zh-CN']
    expect(Object.keys(words?.labels ?? {})).toEqual(paths.map(({ path }) => path))
    const { title, description, labels } = wordsOf(stored, 'zh-CN')
    for (const text of [title, description, ...Object.values(labels)]) expect(text).toMatch(/\p{Script=Han}/u)
    expect(own.description).toMatch(/^[A-Z].*\.$/)
  })

  test('says no more about a field the demo model knows than its name', () => {
    if (id === 'driver-licence') return
    expect(known.size).toBeGreaterThan(20)
    for (const { name, hint, example } of own.fields) if (known.has(name)) expect([hint, example], name).toEqual(['', ''])
  })
})

test.each([
  ['receipt', ['vendor', 'receipt_number', 'date', 'subtotal', 'tax', 'total']],
  ['invoice', ['vendor', 'invoice_number', 'date', 'due_date', 'customer_name', 'subtotal', 'tax', 'total']],
  ['form', ['name', 'birth_date', 'id_number', 'phone', 'city', 'date']],
  ['id-card', ['name', 'id_number', 'birth_date', 'expiry_date', 'city']],
])('%s asks for what the demo model knows by the names it knows', (id, names) => {
  const fields = shipped.find((each) => each.id === id)?.template.fields.map(({ name }) => name)
  expect(fields).toEqual(expect.arrayContaining(names))
  for (const name of names) expect(known, name).toContain(name)
})

test('files that are missing or damaged are left out, and the log says which', () => {
  const broken = temporaryFolder()
  try {
    const lines: string[] = [], logger = createLogger([(line) => lines.push(line)])
    expect(loadShippedTemplates(broken.path, logger)).toEqual([])
    const put = (name: string, content: unknown) => writeFileSync(join(broken.path, name), JSON.stringify(content))
    put('index.json', { templates: [{ id: 'a', version: 1 }, { id: 'b', version: 3 }, { id: 'gone', version: 1 }] })
    put('a.json', { format: 'llava-desk-template/1', title: 'A', fields: [] })
    put('b.json', { format: 'llava-desk-template/1', title: 'B', fields: [{ type: 'text', name: 'x' }] })
    lines.length = 0
    expect(loadShippedTemplates(broken.path, logger)).toMatchObject([{ id: 'b', version: 3, origin: 'shipped', translations: {} }])
    for (const name of ['a.json', 'gone.json', 'zh-CN.json']) expect(lines.filter((line) => line.includes(name)), name).toHaveLength(1)
  } finally {
    broken.remove()
  }
})

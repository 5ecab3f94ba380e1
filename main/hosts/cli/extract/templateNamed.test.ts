import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../../platform/testing.ts'
import { exportRun } from '../../../services/export/exportRun.ts'
import { inputOf, plainRecord } from '../../../services/export/testing/records.ts'
import { readTemplate } from '../../../services/templates/templateFile.ts'
import { templateNamed, type NamedTemplate } from './templateNamed.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => void (folder = temporaryFolder()))
afterEach(() => folder.remove())

const textOf = (format: 'json' | 'jsonl', input = inputOf([plainRecord, plainRecord])): string =>
  new TextDecoder().decode(exportRun(input, { format, delimiter: null, bom: false, locale: 'en', reviewedOnly: false, details: true }).bytes)

async function named(text: string, name = 't.json'): Promise<NamedTemplate> {
  const path = join(folder.path, name)
  writeFileSync(path, text)
  return await templateNamed(path, { find: () => Promise.reject(new Error('no name')) as never, read: readTemplate })
}

describe('the template of an export', () => {
  test.each(['json', 'jsonl'] as const)('keeps its id and version, from %s, and comes with its run', async (format) => {
    const input = inputOf([plainRecord, plainRecord], undefined, { mode: 'whole', per: 'file' })
    // Whatever its ending.
    const { template, repeated } = await named(`\ufeff${textOf(format, input)}`, 't.txt')
    expect(template).toMatchObject({ id: 'invoice', version: 3, template: input.run.template })
    expect(repeated).toMatchObject({ mode: 'whole', per: 'file', locale: 'de-DE' })
  })

  test('is no export where the file holds a template', async () => {
    const { template, repeated } = await named('{"format": "llava-desk-template/1", "title": "Mine", "fields": [{"name": "a", "type": "text"}]}')
    expect(template).toMatchObject({ id: expect.stringMatching(/^file-/) as string, version: 1 })
    expect(repeated).toBeNull()
  })

  test('is refused as an export where that is damaged, and as a template where the file is neither', async () => {
    const [whole, lines] = [textOf('json'), textOf('jsonl')]
    for (const damaged of [whole.slice(0, -20), lines.slice(0, -20), lines.slice(0, 60), lines.replace('"page":1', '"page":0'), whole.replace('export/1', 'export/2'), '{"run": {}, "format": "llava-desk-export/1"}'])
      await expect(named(damaged), damaged.slice(0, 60)).rejects.toMatchObject({ code: 'EXPORT_UNREADABLE', params: { name: 't.json' } })
    for (const neither of ['', 'hello', '[]', '{"format": "llava-desk-template/2"}']) await expect(named(neither), neither).rejects.toMatchObject({ code: 'TEMPLATE_INVALID' })
  })

  test('is refused where it cannot be used', async () => {
    const { run, records } = inputOf([plainRecord])
    const fields = run.template.fields.map((field) => (field.name === 'weight' ? { ...field, name: 'seller' } : field))
    await expect(named(textOf('json', { run: { ...run, template: { ...run.template, fields } }, records }))).rejects.toMatchObject({ code: 'TEMPLATE_INVALID', params: { name: 't.json' } })
  })

  test.each(['t.json', 't.jsonl', 't.NDJSON'])('is a file, %s, also where there is none', async (name) => {
    await expect(templateNamed(name, { find: () => Promise.reject(new Error('looked for as a name')) as never, read: readTemplate })).rejects.toMatchObject({ code: 'FILE_MISSING' })
  })
})

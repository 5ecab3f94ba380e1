import { describe, expect, test } from 'vitest'
import { Random } from '../../../../bench/synthetic/random.ts'
import { cell as cellSchema } from '../../../contract/domains/extraction.ts'
import type { ScalarField, TemplateField } from '../../../contract/domains/template.ts'
import { beginningFor } from './answerBeginning.ts'
import { checkCells } from './checks/checkCells.ts'
import { recordGrammar, valueGrammar } from './grammars.ts'
import { makeCell } from './makeCell.ts'
import { parseAnswer } from './parseAnswer.ts'
import { templateOf } from './testing/readings.ts'
import { writeFromGrammar } from './testing/writeFromGrammar.ts'
import { TokenSpans } from './TokenSpans.ts'

const template = templateOf([
  { name: 'größe_1', type: 'text', maxLength: 1 },
  { name: 'note', type: 'text', maxLength: 70 },
  { name: 'long', type: 'text', maxLength: 150 },
  { name: 'count', type: 'number' },
  { name: 'total', type: 'money', required: true },
  { name: 'day', type: 'date' },
  { name: 'paid', type: 'yesNo' },
  { name: 'kind', type: 'oneOf', choices: ['a "b"', 'é\\', 'c\nd', '}, "', 'null'] },
  { name: 'tags', type: 'list', item: 'text', maxItems: 1, maxLength: 5 },
  { name: 'days', type: 'list', item: 'date', maxItems: 4 },
  { name: 'items', type: 'table', maxRows: 3, columns: [{ name: 'what', type: 'text', maxLength: 4 }, { name: 'price', type: 'money' }, { name: 'ok', type: 'yesNo' }] },
])

/** Whether a parsed value is one that the field allows. */
function allows(field: ScalarField | TemplateField, value: unknown): boolean {
  if (value === null) return true
  const isText = (most: number) => typeof value === 'string' && Array.from(value).length <= most
  switch (field.type) {
    case 'text':
      return isText(field.maxLength)
    case 'number':
    case 'money':
      return Number.isFinite(value) || isText(32)
    case 'date':
      return isText(40)
    case 'yesNo':
      return typeof value === 'boolean'
    case 'oneOf':
      return field.choices.includes(value as string)
    case 'list':
      return Array.isArray(value) && value.length <= field.maxItems && value.every((item) => item === null || typeof item === 'string')
    case 'table':
      return Array.isArray(value) && value.length <= field.maxRows && value.every((row: Record<string, unknown>) => Object.keys(row).join() === 'what,price,ok' && field.columns.every((column) => allows(column, row[column.name])))
  }
}

const read = { locale: 'de', threshold: 0.5, repeated: false }

describe('whatever a grammar leads to', () => {
  test.each(template.fields.map((field) => [field.name, field] as const))('is a value of the field: %s', (name, field) => {
    const random = new Random(3)
    const beginning = beginningFor(name)
    for (let round = 0; round < 300; round++) {
      const text = beginning + writeFromGrammar(valueGrammar(field), random)
      const node = parseAnswer(text).members.get(name)
      const value: unknown = JSON.parse(text.slice(node?.start, node?.end))
      expect(node?.finished, text).toBe(true)
      expect(allows(field, value), text).toBe(true)
      expect(/^(?:[,}]|)$/.test(text.slice(node?.end)), text).toBe(true)
      const cell = makeCell(field, node, { ...read, spans: new TokenSpans(text, beginning.length, []) })
      expect(cellSchema.parse(checkCells(template, { [name]: cell }, 0.5)[name])).toBeDefined()
    }
  })

  test('is a record, and cut off anywhere it keeps what was finished', () => {
    const random = new Random(4)
    const beginning = beginningFor(template.fields[0]?.name ?? '')
    for (let round = 0; round < 60; round++) {
      const text = beginning + writeFromGrammar(recordGrammar(template), random)
      const record = JSON.parse(text) as Record<string, unknown>
      expect(Object.keys(record)).toEqual(template.fields.map(({ name }) => name))
      for (const field of template.fields) expect(allows(field, record[field.name])).toBe(true)
      const cut = beginning.length + 1 + (random.bits() % (text.length - beginning.length))
      // A text never ends within a character.
      const { members } = parseAnswer(text.slice(0, cut).replace(/[\uD800-\uDBFF]$/, ''))
      const names = [...members.keys()]
      expect(names).toEqual(template.fields.slice(0, names.length).map(({ name }) => name))
      for (const [name, node] of members) {
        if (node.finished) expect(JSON.parse(text.slice(node.start, node.end))).toEqual(record[name])
        else expect(name).toBe(names.at(-1))
      }
      for (const field of template.fields) {
        const node = members.get(field.name)
        const cell = makeCell(field, node, { ...read, spans: new TokenSpans(text, beginning.length, []) })
        if (node?.finished !== true) expect(cell.status).toBe('cutOff')
        expect(cellSchema.parse(cell)).toEqual(cell)
      }
    }
  })
})

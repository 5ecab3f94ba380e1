import { expect, it } from 'vitest'
import type { TemplateRule } from '../../../main/contract/domains/template.ts'
import { TemplateDraft } from './TemplateDraft.svelte.ts'
import { storedOf, templateOf } from './testing/extract.ts'

const draftOf = () => new TemplateDraft(storedOf())
const names = ({ template }: TemplateDraft) => template.fields.map(({ name }) => name)

it('knows whether there is something to save, and not by the order of members', () => {
  const draft = draftOf()
  expect(draft.dirty).toBe(false)
  draft.change({ title: 'Bill' })
  expect(draft.dirty).toBe(true)
  const { title, ...rest } = templateOf()
  draft.replace({ ...rest, title })
  expect(draft.dirty).toBe(false)
  expect(new TemplateDraft(null).dirty).toBe(false)
})

it('lets rules follow a field, and a column, to a new name', () => {
  const draft = draftOf()
  draft.setField(3, { ...draft.template.fields[3]!, name: 'gross' })
  draft.setField(2, { ...draft.template.fields[2]!, name: 'lines' })
  const table = draft.template.fields[2]!
  if (table.type !== 'table') throw new Error('no table')
  draft.setField(2, { ...table, columns: table.columns.with(2, { ...table.columns[2]!, name: 'sum' }) })
  expect(draft.template.rules).toMatchObject([
    { parts: ['lines.sum'], total: 'gross' },
    { factors: ['lines.count', 'lines.price'], product: 'lines.sum' },
  ])
  expect(draft.problems).toEqual([])
})

it('leaves rules alone when columns are only put into another order', () => {
  const draft = draftOf()
  const table = draft.template.fields[2]!
  if (table.type !== 'table') throw new Error('no table')
  draft.setField(2, { ...table, columns: table.columns.toReversed() })
  expect(draft.template.rules).toEqual(templateOf().rules)
})

it('names a field after its label until somebody names it otherwise', () => {
  const draft = new TemplateDraft(null)
  for (const label of ['T', 'Total', 'Total due']) draft.relabel(0, label)
  expect(names(draft)).toEqual(['total_due'])
  draft.setField(0, { ...draft.template.fields[0]!, name: 'amount' })
  draft.relabel(0, 'Sum')
  expect(names(draft)).toEqual(['amount'])
  draft.addField()
  draft.relabel(1, 'Amount')
  expect(names(draft)).toEqual(['amount', 'amount_2'])
})

it('moves fields within the list, and their keys with them', () => {
  const draft = draftOf()
  const [first] = draft.keys
  expect(draft.moveField(0, 1)).toBe(1)
  expect(names(draft)).toEqual(['day', 'vendor', 'items', 'total'])
  expect(draft.keys[1]).toBe(first)
  expect(draft.moveField(3, 1)).toBe(3)
})

it('keeps what was typed while a save was under way', () => {
  const draft = draftOf()
  draft.change({ title: 'Bill' })
  const sent = draft.template
  draft.change({ title: 'Bill of sale' })
  draft.saved(storedOf({ version: 2, template: sent }), sent)
  expect([draft.template.title, draft.dirty, draft.base?.version]).toEqual(['Bill of sale', true, 2])
})

it('tells problems beside what they are about, and counts them on the way up', () => {
  const draft = draftOf()
  draft.setField(0, { ...draft.template.fields[0]!, name: 'no good' })
  expect(draft.problemOf('fields.0.name')?.code).toBe('nameForm')
  expect([draft.problemsIn('fields.0'), draft.problemsIn('fields'), draft.problemsIn('fields.1')]).toEqual([1, 1, 0])
})

it('tells every problem of a rule at the member it is about, so that its place can be shown', () => {
  const draft = draftOf()
  const at = (rule: TemplateRule, member: string) => {
    draft.change({ rules: [rule] })
    return draft.problemOf(`rules.0.${member}`)?.code
  }
  expect([
    at({ type: 'sum', parts: ['total', 'items.price', 'total'], total: 'total', tolerance: 0 }, 'parts.2'),
    at({ type: 'sum', parts: ['total'], total: 'items.price', tolerance: 0 }, 'total'),
    at({ type: 'sum', parts: ['total'], total: 'gone', tolerance: 0 }, 'total'),
    at({ type: 'sum', parts: ['total'], total: 'items.price', tolerance: -1 }, 'tolerance'),
    at({ type: 'product', factors: ['items.count', 'total'], product: 'items.amount', tolerance: 0 }, 'factors.1'),
    at({ type: 'product', factors: ['items.count', 'items.price'], product: '', tolerance: 0 }, 'product'),
    at({ type: 'order', first: 'day', then: 'total' }, 'then'),
    at({ type: 'order', first: 'vendor', then: 'total' }, 'first'),
    at({ type: 'needs', field: 'day', needs: 'day' }, 'needs'),
    at({ type: 'needs', field: '', needs: 'day' }, 'field'),
  ]).toEqual(['ruleSameField', 'ruleNoColumn', 'ruleUnknownField', 'numberBounds', 'ruleOneTable', 'ruleEmpty', 'ruleTwoTypes', 'ruleWrongType', 'ruleSameField', 'ruleEmpty'])
})

it('can be tried before it has a title, but not with anything else wrong', () => {
  const draft = draftOf()
  expect(draft.askable).toBe(draft.template)
  draft.change({ title: '' })
  expect(draft.askable?.fields).toBe(draft.template.fields)
  expect(draft.askable).toBe(draft.askable)
  draft.removeField(0)
  draft.setField(0, { ...draft.template.fields[0]!, name: '' })
  expect(draft.askable).toBeNull()
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { template } from '../../contract/domains/template.ts'
import type { Template, TemplateInput } from '../../contract/domains/template.ts'
import { dataPaths } from '../../platform/paths.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { Store } from '../../storage/Store.ts'
import { TemplateService } from './TemplateService.ts'

const make = (title: string, more: Partial<TemplateInput> = {}): Template => template.parse({ format: 'llava-desk-template/1', title, fields: [{ type: 'money', name: 'total' }], ...more })
const receipt = { id: 'receipt', origin: 'shipped', version: 2, template: make('Receipt'), translations: { 'zh-CN': { title: '收据', description: '', labels: { total: '合计' } } }, updatedAt: 0 } as const
const coded = (code: string, params: object = {}) => expect.objectContaining({ code, params: expect.objectContaining(params) as object }) as object

let folder: ReturnType<typeof temporaryFolder>
let store: Store
let service: TemplateService
let now: number
let changes: number

function start(): void {
  store = new Store(dataPaths(folder.path))
  store.tidyUp(Date.now())
  service = new TemplateService({ store, shipped: [receipt], changed: () => (changes += 1), now: () => (now += 1) })
}

beforeEach(() => {
  folder = temporaryFolder()
  ;[now, changes] = [100, 0]
  start()
})
afterEach(() => {
  store.dispose()
  folder.remove()
})

function restart(): void {
  store.dispose()
  start()
}

describe('saving', () => {
  test('makes a template, then versions of it, and all of them stay', () => {
    const first = service.save(make('Bill'))
    expect(first).toEqual({ id: first.id, origin: 'own', version: 1, template: make('Bill'), translations: {}, updatedAt: 101 })
    const second = service.save(make('Bills'), first.id)
    expect(second).toMatchObject({ id: first.id, version: 2, updatedAt: 102 })
    restart()
    expect(service.get(first.id)).toEqual(second)
    expect(service.get(first.id, 1)).toEqual(first)
    expect(service.versions(first.id)).toEqual([{ version: 2, savedAt: 102, title: 'Bills' }, { version: 1, savedAt: 101, title: 'Bill' }])
    expect(() => service.get(first.id, 3)).toThrow(coded('TEMPLATE_MISSING', { name: `${first.id}@3` }))
  })

  test('what is saved already makes no version, however its members are ordered', () => {
    const { id } = service.save(make('Bill'))
    const { title, ...rest } = make('Bill')
    expect(service.save({ ...rest, title }, id)).toMatchObject({ id, version: 1 })
  })

  test('a shipped one makes a copy; the shipped one stays as it is', () => {
    const copy = service.save(make('Receipt', { instructions: 'Mine' }), 'receipt')
    expect(copy).toMatchObject({ origin: 'own', version: 1, translations: {} })
    expect(copy.id).not.toBe('receipt')
    expect(service.get('receipt')).toEqual(receipt)
    expect(service.save(make('Receipt'), 'receipt')).toEqual(receipt)
    expect(service.list()).toHaveLength(2)
  })

  test('nothing is saved of what cannot be used, and it is told by name', () => {
    const bad = make('Bad', { fields: [{ type: 'table', name: 'items', columns: [{ type: 'text', name: 'code', pattern: '(' }] }] })
    expect(() => service.save(bad)).toThrow(coded('TEMPLATE_INVALID', { name: 'Bad', path: 'items.code.pattern', problem: 'patternSyntax' }))
    expect(() => service.write(bad, 'schema')).toThrow(coded('TEMPLATE_INVALID', { name: 'Bad' }))
    const twice = make('Twice', { fields: [{ type: 'text', name: 'a' }, { type: 'text', name: 'a' }] })
    expect(() => service.save(twice)).toThrow(coded('TEMPLATE_INVALID', { path: 'fields.1.name', problem: 'nameTaken', field: 'a' }))
    expect([service.list(), changes]).toEqual([[receipt], 0])
    expect(() => service.save(make('X'), 'gone')).toThrow(coded('TEMPLATE_MISSING', { name: 'gone' }))
  })
})

test('shipped ones are listed first, then the last changed', () => {
  const [one, two] = [service.save(make('One')), service.save(make('Two'))]
  service.save(make('One!'), one.id)
  expect(service.list().map(({ id }) => id)).toEqual(['receipt', one.id, two.id])
})

describe('removing', () => {
  test('hides a template until it is restored, at the latest before the next start', () => {
    const { id } = service.save(make('Bill'))
    service.remove(id)
    expect(service.list()).toEqual([receipt])
    for (const attempt of [() => service.get(id), () => service.versions(id), () => service.save(make('X'), id), () => service.remove(id)]) expect(attempt).toThrow(coded('TEMPLATE_MISSING', { name: id }))
    expect(service.restore(id)).toMatchObject({ id, version: 1 })
    service.remove(id)
    expect(changes).toBe(4)
    restart()
    expect(() => service.restore(id)).toThrow(coded('TEMPLATE_MISSING'))
  })

  test('is refused for shipped ones', () => {
    expect(() => service.remove('receipt')).toThrow(coded('TEMPLATE_SHIPPED', { name: 'Receipt' }))
    expect(service.restore('receipt')).toEqual(receipt)
    expect(service.versions('receipt')).toEqual([{ version: 2, savedAt: 0, title: 'Receipt' }])
    expect(() => service.get('receipt', 1)).toThrow(coded('TEMPLATE_MISSING', { name: 'receipt@1' }))
  })
})

test('a template is found by id, or by its title in any language; titles that several have are told', () => {
  const own = service.save(make('Bill'))
  expect([own.id, ' bill ', '收据', 'RECEIPT', 'receipt'].map((name) => service.find(name).id)).toEqual([own.id, own.id, 'receipt', 'receipt', 'receipt'])
  const copy = service.save(make('Receipt', { instructions: 'Mine' }))
  expect(service.find('receipt')).toEqual(receipt)
  expect(() => service.find('Receipt')).toThrow(coded('TEMPLATE_NAME_AMBIGUOUS', { name: 'Receipt', templates: `receipt, ${copy.id}` }))
  expect(() => service.find('Nothing')).toThrow(coded('TEMPLATE_MISSING', { name: 'Nothing' }))
})

test.each([['Müller & Söhne / 2024', 'Müller-Söhne-2024.template.json'], ['发票', '发票.template.json'], ['../..', 'template.template.json']])('the file of %s is called %s, and comes back from it', (title, name) => {
  const file = service.write(make(title), 'template')
  expect(file.name).toBe(name)
  expect(file.text).toBe(`${JSON.stringify({ format: 'llava-desk-template/1', title, fields: [{ name: 'total', type: 'money' }] }, null, 2)}\n`)
  expect(service.read(file.text, file.name)).toEqual(make(title))
  expect(service.write(make(title), 'schema').name).toBe(name.replace('.template.json', '.schema.json'))
})

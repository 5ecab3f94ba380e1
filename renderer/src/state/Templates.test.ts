import { expect, it } from 'vitest'
import type { StoredTemplate, Template } from '../../../main/contract/domains/template.ts'
import { AppError } from '../../../main/contract/errors/AppError.ts'
import type { Language } from '../../../main/contract/language.ts'
import { fieldsByPath } from '../../../main/contract/templateWords.ts'
import { deferred } from '../transport/deferred.ts'
import { readError } from '../transport/errors.ts'
import { windowStorage } from './keptDrafts.ts'
import { Templates } from './Templates.svelte.ts'
import { extractClient, storageOf, storedOf, templateOf } from './testing/extract.ts'

type Routes = NonNullable<Parameters<typeof extractClient>[0]['templates']>

function templates(routes: Routes, kept = new Map<string, string>(), language: Language = 'en') {
  const reported: string[] = []
  return { state: new Templates(extractClient({ templates: routes }), (thrown) => reported.push(readError(thrown).code), storageOf(kept), () => language), reported, kept }
}

const shipped = storedOf({ id: 's1', origin: 'shipped' })
const list = () => Promise.resolve([shipped, storedOf()])

it('keeps a draft when the editor is left, and over a reload of the page', async () => {
  const { state, kept } = templates({ list })
  await state.refresh()
  state.open('t1')?.change({ title: 'Bill' })
  expect(state.open('t1')?.template.title).toBe('Bill')
  expect([state.unsaved('t1'), state.unsaved('s1')]).toEqual([true, false])
  const { state: reloaded } = templates({ list }, kept)
  await reloaded.refresh()
  expect(reloaded.unsaved('t1')).toBe(true)
  expect(reloaded.open('t1')?.template.title).toBe('Bill')
})

it('forgets a draft that was saved, changed back or thrown away', async () => {
  const { state, kept } = templates({ list, save: ({ template }) => Promise.resolve(storedOf({ version: 2, template: template as StoredTemplate['template'] })) })
  await state.refresh()
  const draft = state.open('t1')!
  draft.change({ title: 'Bill' })
  await state.save(draft)
  expect([kept.size, draft.dirty, state.find('t1')?.template.title]).toEqual([0, false, 'Bill'])
  draft.change({ title: 'Other' })
  draft.change({ title: 'Bill' })
  expect(kept.size).toBe(0)
  draft.change({ title: 'Other' })
  state.discard(draft)
  expect([kept.size, draft.template.title]).toEqual([0, 'Bill'])
})

it('saves a shipped template as a copy, which the draft goes on with', async () => {
  const asked: unknown[] = []
  const { state, kept } = templates({
    list,
    save: ({ id, template }) => {
      asked.push(id)
      return Promise.resolve(storedOf({ id: 'copy', template: template as StoredTemplate['template'] }))
    },
  })
  await state.refresh()
  const draft = state.open('s1')!
  draft.change({ title: 'Mine' })
  expect((await state.save(draft))?.id).toBe('copy')
  expect(asked).toEqual(['s1'])
  expect(state.open('copy')).toBe(draft)
  expect(state.open('s1')?.template.title).toBe('Invoice')
  expect(kept.size).toBe(0)
  expect(state.list.map(({ id }) => id)).toEqual(['s1', 'copy', 't1'])
})

it('keeps the draft where saving failed, and says why', async () => {
  const { state, reported, kept } = templates({ list, save: () => Promise.reject(new AppError('DISK_FULL', { path: '/' })) })
  await state.refresh()
  const draft = state.open('t1')!
  draft.change({ title: 'Bill' })
  expect(await state.save(draft)).toBeNull()
  expect([reported, draft.dirty, kept.size, state.busy.size]).toEqual([['DISK_FULL'], true, 1, 0])
})

it('begins a new template once, and goes on with it until it is saved or thrown away', async () => {
  const { state } = templates({ list })
  await state.refresh()
  const draft = state.open(null)!
  draft.change({ title: 'New' })
  expect(state.open(null)).toBe(draft)
  expect(state.unsaved('')).toBe(true)
  state.discard(draft)
  expect([state.open(null) === draft, state.unsaved('')]).toEqual([false, false])
})

it('keeps what was changed here when an older list comes in late', async () => {
  const late = deferred<StoredTemplate[]>()
  const answers = [list(), late.promise, Promise.resolve([shipped])]
  const { state } = templates({ list: () => answers.shift(), remove: () => Promise.resolve({}) })
  await state.refresh()
  const refreshing = state.refresh()
  expect(await state.remove('t1')).toBe(true)
  late.resolve([shipped, storedOf()])
  await refreshing
  expect(state.list.map(({ id }) => id)).toEqual(['s1'])
})

it('asks once more where a change made here outran the list, so that nothing of another window is missed', async () => {
  const late = deferred<StoredTemplate[]>(), other = storedOf({ id: 't2', version: 1 })
  const answers = [list(), late.promise, Promise.resolve([shipped, other])]
  const { state } = templates({ list: () => answers.shift(), remove: () => Promise.resolve({}) })
  await state.refresh()
  const refreshing = state.refresh()
  await state.remove('t1')
  late.resolve([shipped, storedOf(), other])
  await refreshing
  expect(state.list.map(({ id }) => id)).toEqual(['s1', 't2'])
})

it('shows what another window saved, unless something is typed here: then it is kept, and the newer version told of', async () => {
  let version = 1
  const answer = () => Promise.resolve([storedOf({ version, template: templateOf({ title: `Version ${version}` }) })])
  const { state } = templates({ list: answer })
  await state.refresh()
  const draft = state.open('t1')!
  version = 2
  await state.refresh()
  expect([draft.template.title, draft.base?.version, draft.dirty, state.newerThan(draft)]).toEqual(['Version 2', 2, false, null])
  draft.change({ title: 'Mine' })
  version = 3
  await state.refresh()
  expect([draft.template.title, state.newerThan(draft)?.version]).toEqual(['Mine', 3])
  state.discard(draft)
  expect([draft.template.title, draft.dirty, state.newerThan(draft)]).toEqual(['Version 3', false, null])
})

it('tells of what another window saved also after a reload of the page, and after a draft thrown away was taken back', async () => {
  const kept = new Map<string, string>()
  let version = 1
  const answer = () => Promise.resolve([storedOf({ version, template: templateOf({ title: `Version ${version}` }) })])
  const { state: before } = templates({ list: answer }, kept)
  await before.refresh()
  before.open('t1')!.change({ title: 'Mine' })
  version = 2
  const { state } = templates({ list: answer }, kept)
  await state.refresh()
  const draft = state.open('t1')!
  expect([draft.template.title, draft.base?.version, state.newerThan(draft)?.version]).toEqual(['Mine', 2, 2])
  const { version: made, template } = draft
  state.discard(draft)
  expect([draft.template.title, state.newerThan(draft), kept.size]).toEqual(['Version 2', null, 0])
  state.open('t1')!.resume({ version: made, template })
  expect([draft.template.title, state.newerThan(draft)?.version]).toEqual(['Mine', 2])
  expect(JSON.parse(kept.get('llava-desk.draft.t1') ?? 'null')).toMatchObject({ version: 1, template: { title: 'Mine' } })
})

it('keeps what is typed in two windows for each of them over a reload, also where one of them saves', async () => {
  const shared = storageOf(), own = [storageOf(), storageOf()] as const
  let newest = storedOf()
  const routes: Routes = { list: () => Promise.resolve([newest]), save: ({ template }) => Promise.resolve((newest = storedOf({ version: 2, template: template as Template }))) }
  const open = async (of: 0 | 1) => {
    const state = new Templates(extractClient({ templates: routes }), (thrown) => expect.fail(String(thrown)), windowStorage(own[of], shared), () => 'en')
    await state.refresh()
    return state
  }
  const here = await open(0), there = await open(1)
  there.open('t1')!.change({ title: 'Mine' })
  here.open('t1')!.change({ title: 'Saved' })
  await here.save(here.open('t1')!)
  await there.refresh()
  for (const state of [there, await open(1)]) {
    expect([state.open('t1')!.template.title, state.newerThan(state.open('t1')!)?.version]).toEqual(['Mine', 2])
  }
  // And for the next start, when no window is left.
  own[1].removeItem('llava-desk.draft.t1')
  expect(JSON.parse(shared.getItem('llava-desk.draft.t1') ?? 'null')).toMatchObject({ version: 1, template: { title: 'Mine' } })
})

it('tells of no newer version where that is what is kept', async () => {
  const { state, kept } = templates({ list: () => Promise.resolve([storedOf({ version: 2 })]) }, new Map([['llava-desk.draft.t1', JSON.stringify({ version: 1, template: templateOf() })]]))
  await state.refresh()
  const draft = state.open('t1')!
  expect([draft.dirty, state.newerThan(draft), kept.size]).toEqual([false, null, 0])
})

it('leaves what a third window has typed when it shows what another one saved', async () => {
  const kept = new Map<string, string>()
  let version = 1
  const answer = () => Promise.resolve([storedOf({ version, template: templateOf({ title: `Version ${version}` }) })])
  const here = templates({ list: answer }, kept).state, third = templates({ list: answer }, kept).state
  for (const window of [here, third]) await window.refresh()
  const draft = here.open('t1')!
  third.open('t1')!.change({ title: 'Typed elsewhere' })
  version = 2
  await here.refresh()
  expect([draft.template.title, draft.dirty]).toEqual(['Version 2', false])
  expect(JSON.parse(kept.get('llava-desk.draft.t1') ?? 'null')).toMatchObject({ version: 1, template: { title: 'Typed elsewhere' } })
})

it('does not take what another program left in the storage for a draft', async () => {
  const bad = [{ version: 1 }, { version: 1, template: { ...templateOf(), fields: [{}] } }, { version: 1, template: { ...templateOf(), rules: [{ type: 'sum' }] } }, 'x']
  for (const text of [...bad.map((one) => JSON.stringify(one)), '{']) {
    const { state } = templates({ list }, new Map([['llava-desk.draft.t1', text]]))
    await state.refresh()
    expect(state.open('t1')?.dirty).toBe(false)
  }
})

it('imports by reading first, and refuses with the reason', async () => {
  const { state } = templates({
    read: ({ text, name }) => (text === 'good' ? Promise.resolve(templateOf({ title: name })) : Promise.reject(new AppError('BAD_INPUT', { detail: name }))),
    save: ({ template }) => Promise.resolve(storedOf({ template: template as StoredTemplate['template'] })),
  })
  expect((await state.import(new File(['good'], 'a.json'))).template.title).toBe('a.json')
  await expect(state.import(new File(['bad'], 'b.json'))).rejects.toMatchObject({ code: 'BAD_INPUT' })
})

it('has shipped templates, and runs made with them, in the language of the screen', async () => {
  const words = { title: '票据', description: '', labels: { total: '合计', 'items.price': '单价' } }
  const answer = () => Promise.resolve([storedOf({ id: 's1', origin: 'shipped', translations: { 'zh-CN': words } })])
  const { state } = templates({ list: answer }, undefined, 'zh-CN')
  await state.refresh()
  const labels = (template: Template) => fieldsByPath(template).map(({ field }) => field.label)
  const shown = [state.find('s1')!.template, state.open('s1')!.template, state.ofRun({ templateId: 's1', template: templateOf() })]
  for (const template of shown) expect([template.title, labels(template)]).toEqual(['票据', ['Vendor', '', '', '', '单价', '', '合计']])
  expect(state.unsaved('s1')).toBe(false)
  expect(state.ofRun({ templateId: 'gone', template: templateOf() })).toEqual(templateOf())
  const { state: english } = templates({ list: answer })
  await english.refresh()
  expect(english.find('s1')!.template).toEqual(templateOf())
})

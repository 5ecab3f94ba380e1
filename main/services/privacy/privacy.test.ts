import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dataPaths } from '../../platform/paths.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { Database } from '../../storage/Database.ts'
import type { Services } from '../createServices.ts'
import { testServices } from '../testing/testServices.ts'
import { askAndWait, colour } from '../transfer/testing/chats.ts'

let folder: ReturnType<typeof temporaryFolder>
let services: Services

beforeEach(async () => {
  folder = temporaryFolder()
  ;({ services } = await testServices(folder.path))
})

afterEach(async () => {
  await services.dispose()
  folder.remove()
})

const everyFile = (path: string): string[] => (existsSync(path) ? readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name) : [])
/** What the database's files hold, the write-ahead log too. */
const inDatabase = () => ['', '-wal'].map((ending) => dataPaths(folder.path).database + ending).filter(existsSync).map((path) => readFileSync(path).toString('latin1')).join('')

async function chatWithPicture(text: string): Promise<string> {
  const image = await services.images.add(await colour('#804020'), 'a.png')
  await services.images.variant(image.id, 'full')
  const { id } = services.chats.create()
  await askAndWait(services, id, text, [image.id])
  return id
}

test('deletes chats so that no file and no byte of the database knows them, hidden ones too', async () => {
  const paths = dataPaths(folder.path)
  await chatWithPicture('KNOWNWORDS in a shown chat '.repeat(100))
  await services.chats.remove(await chatWithPicture('HIDDENWORDS'))
  await services.images.add(await colour('#111111'), 'never asked about.png')
  writeFileSync(`${paths.database}.damaged-7`, 'KNOWNWORDS')
  expect(inDatabase()).toMatch(/KNOWNWORDS[\s\S]*HIDDENWORDS|HIDDENWORDS[\s\S]*KNOWNWORDS/)
  expect(await services.eraser.amounts()).toMatchObject({ chats: { chats: 2, messages: 4, pictures: 2 } })

  const report = await services.eraser.erase(['chats'])
  expect(report).toMatchObject({ left: [], rows: 0, rewritten: true })
  expect(report.folders.map(({ files }) => files)).toEqual(report.folders.map(() => 0))
  expect(report.folders.map(({ path }) => path)).toEqual(expect.arrayContaining([paths.images, paths.derived, paths.transfers]))
  expect(everyFile(paths.images)).toEqual([])
  expect(everyFile(paths.derived)).toEqual([])
  expect(inDatabase()).not.toMatch(/KNOWNWORDS|HIDDENWORDS|never asked/)
  expect(existsSync(`${paths.database}.damaged-7`)).toBe(false)
  expect(services.chats.list()).toEqual([])
  // The app goes on.
  await chatWithPicture('Afterwards')
  expect(services.chats.list()).toHaveLength(1)
})

test('deletes what is ticked and nothing else', async () => {
  await services.runs.runs.create({ templateId: 'receipt', name: 'RUNWORDS' })
  await chatWithPicture('CHATWORDS')
  expect(await services.eraser.amounts()).toMatchObject({ runs: { runs: 1 } })
  expect(await services.eraser.erase(['runs', 'connections', 'templates'])).toMatchObject({ left: [], rows: 0, rewritten: true })
  expect(services.runs.runs.list()).toEqual([])
  expect(inDatabase()).not.toContain('RUNWORDS')
  expect(inDatabase()).toContain('CHATWORDS')
  const [chat] = services.chats.list()
  const [image] = services.chats.open(chat?.id ?? '').messages[0]?.images ?? []
  expect(existsSync((await services.images.variant(image?.id ?? '', 'full')).path)).toBe(true)
})

/** The words that the full-text index knows. */
function indexed(): string[] {
  const db = new Database(dataPaths(folder.path).database)
  try {
    db.exec(`CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, 'search_index', 'row')`)
    return db.all<{ term: string }>('SELECT term FROM temp.words').map(({ term }) => term)
  } finally {
    db.dispose()
  }
}

/** A question about a part of a picture, whose other version was removed, in a chat with a label. Returns the ids of the picture and its part. */
async function chatWithPart(source: string): Promise<[string, string]> {
  const part = await services.cropper.crop(source, { x: 0, y: 0, width: 0.5, height: 0.5 })
  const { id } = services.chats.create()
  const { parentId } = await askAndWait(services, id, 'PARTWORDS', [part.id])
  const { question, answer } = services.chats.ask({ chatId: id, text: 'REMOVEDWORDS', images: [part.id], edits: parentId ?? '' })
  for await (const event of services.chats.follow(answer.id)) if (event.type === 'end') break
  await services.chats.branches.remove(question.id)
  services.chats.organise(id, { tags: ['LABELWORDS'] })
  return [source, part.id]
}

test('deletes removed messages, labels, pictures of which a part was shown, and every trigram of the index', async () => {
  await chatWithPart((await services.images.add(await colour('#206040'), 'whole.png')).id)
  expect(indexed()).toEqual(expect.arrayContaining(['par', 'rem']))
  expect(inDatabase()).toMatch(/REMOVEDWORDS/)
  expect(await services.eraser.erase(['chats'])).toMatchObject({ left: [], rows: 0, rewritten: true })
  expect(everyFile(dataPaths(folder.path).images)).toEqual([])
  expect(inDatabase()).not.toMatch(/PARTWORDS|REMOVEDWORDS|LABELWORDS|whole\.png/)
  expect(indexed()).toEqual([])
  await chatWithPicture('Afterwards')
  expect((await services.search.search({ text: 'afterwards', limit: 10 })).hits.length).toBeGreaterThan(0)
})

test('deletes everything though the index of words is damaged', async () => {
  await chatWithPicture('KNOWNWORDS')
  const behind = new DatabaseSync(dataPaths(folder.path).database, { defensive: false })
  behind.exec('DELETE FROM search_index_data')
  expect(() => behind.exec('DELETE FROM search_entries')).toThrow(/corruption/)
  behind.close()
  expect(await services.eraser.erase(['chats'])).toMatchObject({ left: [], rows: 0, rewritten: true })
  expect(inDatabase()).not.toContain('KNOWNWORDS')
  await chatWithPicture('Afterwards')
  expect((await services.search.search({ text: 'afterwards', limit: 10 })).hits.length).toBeGreaterThan(0)
})

test('a page of a document stays while a chat shows a part of it, and goes with the chat', async () => {
  const page = await services.images.addPage(await colour('#602040'), 'page.png', 'd'.repeat(64))
  const [source, part] = await chatWithPart(page.id)
  await services.images.addPage(await colour('#204060'), 'other page.png', 'd'.repeat(64))
  expect(await services.eraser.erase(['runs'])).toMatchObject({ left: [], rewritten: true })
  expect(everyFile(dataPaths(folder.path).images).sort()).toEqual([source, part].sort())
  const [chat] = services.chats.list()
  expect(services.chats.open(chat?.id ?? '').messages[0]?.images[0]?.region?.source.id).toBe(source)
  expect(await services.eraser.erase(['chats'])).toMatchObject({ left: [], rows: 0, rewritten: true })
  expect(everyFile(dataPaths(folder.path).images)).toEqual([])
})

test('stops an answer that is being written before its chat goes', async () => {
  const { id } = services.chats.create()
  services.chats.ask({ chatId: id, text: 'Slow', images: [] })
  expect(await services.eraser.erase(['chats'])).toMatchObject({ rows: 0, rewritten: true })
  expect(services.chats.list()).toEqual([])
})

test('says so where another process keeps the old pages, and once more is enough when it is gone', async () => {
  await chatWithPicture('KNOWNWORDS')
  const other = new Database(dataPaths(folder.path).database)
  other.exec('BEGIN')
  other.get('SELECT count(*) FROM messages')
  const report = await services.eraser.erase(['chats'])
  expect(report.rewritten).toBe(false)
  other.exec('COMMIT')
  other.dispose()
  expect((await services.eraser.erase(['chats'])).rewritten).toBe(true)
  expect(inDatabase()).not.toContain('KNOWNWORDS')
}, 60_000)

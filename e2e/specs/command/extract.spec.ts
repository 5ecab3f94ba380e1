import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestInfo } from '@playwright/test'
import { strFromU8, unzipSync } from 'fflate'
import { isAlive } from '../../../main/engine/native/build/lock.mjs'
import { rowsOf } from '../../support/csv.ts'
import { badDocuments, receiptName, receiptTruth, truthOf, writeReceipts } from '../../support/documents.ts'
import { environment } from '../../support/environment.ts'
import { expect, test } from '../../support/fixtures.ts'
import { root } from '../../support/hosts.ts'
import { enginesBelow, Process } from '../../support/Process.ts'
import { runCommand, type CommandResult } from '../../support/runCommand.ts'
import { samplePath } from '../../support/samples.ts'
import { sentence } from '../../support/sentences.ts'

const samples = ['receipt-1.png', 'receipt-2.png', 'receipt-3.png'].map(samplePath)

/** What stands in the file of `--format json` or a line of `jsonl`, as far as it is checked. */
interface Written {
  values: Record<string, unknown>
  provenance: { source: { name: string; page: number } }
}

/** What `--json` prints. */
interface Summary {
  records: number
  read: number
  skipped: number
  failed: { name: string; page: number | null; code: string }[]
}

function dataOf(info: TestInfo, name = 'data'): string {
  const folder = info.outputPath(name)
  mkdirSync(folder, { recursive: true })
  return folder
}

const extract = async (data: string, ...args: string[]): Promise<CommandResult> => await runCommand(data, ['extract', '--template', 'receipt', ...args])

/** What is known of the samples, with the titles of the table. */
const columns = receiptTruth.map(({ vendor, date, total }, index) => ({ Shop: vendor, Date: date ?? '', Total: total.toFixed(2), File: `receipt-${index + 1}.png`, Page: '1' }))

test('extract writes the right values, in every form', async ({}, info) => {
  test.setTimeout(120_000)
  const data = dataOf(info), out = (ending: string) => info.outputPath(`t.${ending}`)
  for (const ending of ['csv', 'json', 'jsonl', 'xlsx']) {
    const { code, stdout, stderr } = await extract(data, '--out', out(ending), ...samples)
    expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: '' })
    expect(stderr).toContain(`${out(ending)}: 3 records.`)
  }
  const csv = readFileSync(out('csv'), 'utf8')
  expect(csv.startsWith('\uFEFFShop,')).toBe(true)
  expect(rowsOf(csv)).toMatchObject(columns)
  const values = receiptTruth.map((truth) => ({ values: truth }))
  const { records } = JSON.parse(readFileSync(out('json'), 'utf8')) as { records: Written[] }
  expect(records).toMatchObject(values)
  expect(readFileSync(out('jsonl'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Written)).toMatchObject(values)
  const sheet = strFromU8(unzipSync(readFileSync(out('xlsx')))['xl/worksheets/sheet1.xml']!)
  // Amounts are numbers there, no text.
  for (const { total } of receiptTruth) expect(sheet).toContain(`<v>${total}</v>`)
})

test('extract deletes what a killed process left of pages on their way to the engine', async ({}, info) => {
  const data = dataOf(info), left = join(data, 'cache/pixels/0d5ad8ec-3f0c-4d8e-9d9c-0a2f9d1c7b11')
  mkdirSync(left, { recursive: true })
  writeFileSync(join(left, 'page.ppm'), 'P6')
  const { code, stderr } = await extract(data, samples[0]!)
  expect(code, stderr).toBe(0)
  expect(existsSync(left)).toBe(false)
})

test('extract without --out prints the table, and the same run gives the same bytes', async ({}, info) => {
  test.setTimeout(120_000)
  const one = await extract(dataOf(info, 'one'), ...samples), same = await extract(dataOf(info, 'one'), ...samples), other = await extract(dataOf(info, 'other'), ...samples)
  expect(one.code, one.stderr).toBe(0)
  expect(rowsOf(one.stdout)).toMatchObject(columns)
  expect(same.stdout).toBe(one.stdout)
  expect(other.stdout).toBe(one.stdout)
  const fields = await extract(dataOf(info, 'one'), '--mode', 'fields', '--format', 'json', samples[0]!)
  expect(fields.code, fields.stderr).toBe(0)
  expect((JSON.parse(fields.stdout) as { run: { mode: string }; records: Written[] })).toMatchObject({ run: { mode: 'fields' }, records: [{ values: { vendor: receiptTruth[0].vendor } }] })
})

test('bad files end with 1 and a line each, and the good ones are written', async ({}, info) => {
  const data = dataOf(info), pile = info.outputPath('pile'), out = info.outputPath('t.json')
  await writeReceipts(pile, 2)
  const bad = await badDocuments(pile, 5)
  const missing = join(info.outputDir, 'missing.pdf')
  const { code, stdout, stderr } = await extract(data, '--json', '--out', out, pile, missing)
  expect(code).toBe(1)
  const summary = JSON.parse(stdout) as Summary
  expect(summary).toMatchObject({ records: 2, read: 2, skipped: 0 })
  const expected = [...bad, { name: 'missing.pdf', code: 'IMAGE_MISSING' as const }]
  expect(summary.failed.map(({ name, code: reason }) => `${name} ${reason}`).sort()).toEqual(expected.map(({ name, code: reason }) => `${name} ${reason}`).sort())
  const lines = stderr.split('\n')
  for (const { name, code: reason } of expected) {
    const [line, ...more] = lines.filter((one) => one.startsWith(name))
    expect(line, stderr).toMatch(sentence(reason))
    expect(more).toEqual([])
  }
  const { records } = JSON.parse(readFileSync(out, 'utf8')) as { records: Written[] }
  expect(records.map(({ provenance, values }) => [provenance.source.name, values['vendor']])).toEqual([0, 1].map((index) => [receiptName(index), truthOf(index).vendor]))
})

test('extract takes folders and patterns, and reads the same bytes once', async ({}, info) => {
  const data = dataOf(info), pile = info.outputPath('pile'), below = join(pile, 'below')
  await writeReceipts(pile, 3)
  mkdirSync(below)
  copyFileSync(join(pile, receiptName(0)), join(below, 'copy.png'))
  const whole = await extract(data, '--json', '--out', info.outputPath('t.csv'), pile)
  expect(JSON.parse(whole.stdout), whole.stderr).toMatchObject({ records: 3, read: 3, skipped: 1, failed: [] })
  const some = await extract(data, join(pile, 'page-00[12].png'), join(pile, '**/copy.png'))
  expect(some.code, some.stderr).toBe(0)
  expect(rowsOf(some.stdout).map((row) => row['Shop'])).toEqual([truthOf(0).vendor, truthOf(1).vendor])
})

test('extract takes a template file, and says what is wrong with a template', async ({}, info) => {
  const data = dataOf(info), file = info.outputPath('mine.json'), bad = info.outputPath('bad.json'), out = info.outputPath('t.csv')
  writeFileSync(file, JSON.stringify({ format: 'llava-desk-template/1', title: 'Mine', fields: [{ name: 'vendor', type: 'text' }, { name: 'total', type: 'money' }] }))
  writeFileSync(bad, '{"format": "llava-desk-template/1", "title": ""}')
  const run = async (template: string) => await runCommand(data, ['extract', '--template', template, '--format', 'jsonl', samples[2]!])
  const mine = await run(file)
  expect(mine.code, mine.stderr).toBe(0)
  expect(JSON.parse(mine.stdout)).toMatchObject({ values: { vendor: 'STAR BAKERY', total: 188.25 } })
  for (const [template, code] of [['nothing', 'TEMPLATE_MISSING'], [bad, 'TEMPLATE_INVALID'], [info.outputPath('none.json'), 'FILE_MISSING']] as const) {
    const refused = await run(template)
    expect({ code: refused.code, stdout: refused.stdout }, refused.stderr).toEqual({ code: 1, stdout: '' })
    expect(refused.stderr.trim()).toMatch(new RegExp(`^${sentence(code).source}$`))
  }
  expect(existsSync(out)).toBe(false)
})

test('a run is made once more from its export, byte for byte, also where another language is set', async ({}, info) => {
  test.setTimeout(120_000)
  const [first, again, changed] = ['first.jsonl', 'again.jsonl', 'changed.jsonl'].map((name) => info.outputPath(name)) as [string, string, string]
  const earlier = await extract(dataOf(info, 'one'), '--mode', 'whole', '--out', first, ...samples)
  expect(earlier.code, earlier.stderr).toBe(0)
  const repeat = async (from: string, ...args: string[]) => await runCommand(dataOf(info, 'other'), ['extract', '--template', from, ...args], { LANG: 'de_DE.UTF-8' })
  const repeated = await repeat(first, '--out', again, ...samples)
  expect(repeated.code, repeated.stderr).toBe(0)
  expect(repeated.stderr).not.toContain('This run may differ')
  expect(readFileSync(again, 'utf8')).toBe(readFileSync(first, 'utf8'))
  expect(JSON.parse(readFileSync(again, 'utf8').split('\n', 1)[0]!)).toMatchObject({ run: { mode: 'whole', templateId: 'receipt' }, provenance: { locale: 'en-US', template: { id: 'receipt' } } })

  // An export of another version is read all the same, and that is told.
  writeFileSync(changed, readFileSync(first, 'utf8').replaceAll(/"app":"[^"]+"/g, '"app":"0.0.0-earlier"'))
  const told = await repeat(changed, '--format', 'jsonl', samples[0]!)
  expect(told.code, told.stderr).toBe(0)
  expect(told.stderr.split('\n')[0]).toMatch(/^This run may differ from changed\.jsonl: its version of LLaVA Desk was 0\.0\.0-earlier, and is now \S+\.$/)
  expect(told.stdout).toBe(`${readFileSync(first, 'utf8').split('\n', 1)[0]}\n`)
})

test('--resume goes on after a kill: a row for every page, nothing twice, no process left', async ({}, info) => {
  test.setTimeout(180_000)
  const data = dataOf(info), pile = info.outputPath('pile'), out = info.outputPath('t.csv'), count = 12
  await writeReceipts(pile, count)
  const args = ['extract', '--template', 'receipt', '--out', out, pile]
  const killed = new Process('llava-desk', process.execPath, [join(root, 'main/launch/llava-desk.mjs'), ...args], { env: environment(data), cwd: root })
  await expect.poll(() => killed.stderr, { timeout: 60_000, intervals: [50] }).toMatch(/Read [345]0 %/)
  const engines = enginesBelow(killed.pid)
  expect(engines).not.toEqual([])
  await killed.kill()
  await expect.poll(() => engines.filter(isAlive), { message: 'the engine ends with its parent' }).toEqual([])
  expect(existsSync(out)).toBe(false)

  const resumed = await runCommand(data, [...args, '--resume', '--json'])
  expect(resumed.code, resumed.stderr).toBe(0)
  // It went on: what was read was not read again.
  expect(resumed.stderr).not.toContain('Read 10 %')
  expect(JSON.parse(resumed.stdout)).toMatchObject({ records: count, read: count, skipped: 0, failed: [] })
  const rows = rowsOf(readFileSync(out, 'utf8'))
  expect(rows.map((row) => [row['File'], row['Shop']])).toEqual(Array.from({ length: count }, (_, index) => [receiptName(index), truthOf(index).vendor]))

  // Uninterrupted, elsewhere: the same bytes.
  const straight = info.outputPath('straight.csv')
  await extract(dataOf(info, 'other'), '--out', straight, pile)
  expect(readFileSync(straight)).toEqual(readFileSync(out))
})

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../../contract/errors/AppError.ts'
import { inputOf, one, plainRecord } from '../../../services/export/testing/records.ts'
import type { Terminal } from '../terminal.ts'
import type { Difference } from './differenceFrom.ts'
import { expandPatterns } from './expandPatterns.ts'
import { extract } from './extract.ts'
import type { ExtractRequest, ExtractStep, FailedInput } from './ExtractRun.ts'
import { extractCommand } from './program.ts'

let folder = ''
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'extract-'))))
afterEach(async () => await rm(folder, { recursive: true, force: true }))

interface Outcome {
  readonly out: string
  readonly error: string
  readonly thrown: unknown
  readonly requests: readonly ExtractRequest[]
}

interface Given {
  readonly failed?: readonly FailedInput[]
  readonly rejects?: Error
  readonly screen?: boolean
  readonly difference?: Difference
}

/** Runs the command line over a run that reads nothing, and gives two records. */
async function extracted(args: readonly string[], { failed = [], rejects, screen = false, difference }: Given = {}): Promise<Outcome> {
  let out = '', error = '', thrown: unknown = null
  const requests: ExtractRequest[] = []
  const terminal: Terminal = { out: (text) => (out += text), error: (text) => (error += text), outIsScreen: screen, errorIsScreen: screen, language: 'en' }
  async function* run(request: ExtractRequest): AsyncGenerator<ExtractStep> {
    requests.push(request)
    if (difference !== undefined) yield { type: 'difference', difference }
    const counts = { done: 2, failed: failed.length, skipped: 0, total: 4 }
    yield { type: 'progress', counts, millisecondsLeft: 61_000 }
    await Promise.resolve()
    if (rejects !== undefined) throw rejects
    yield { type: 'end', counts, failed, result: inputOf([plainRecord, { cells: { seller: one('=1+1\u001b[2J') } }]) }
  }
  const command = extractCommand(async (inputs, options) => await extract(inputs, options, { run, terminal, locale: 'de', folder, signal: new AbortController().signal }))
  const program = new Command('llava-desk').addCommand(command)
  for (const each of [program, command]) each.exitOverride().configureOutput({ writeOut: terminal.out, writeErr: terminal.error })
  try {
    await program.parseAsync(['extract', ...args], { from: 'user' })
  } catch (reason) {
    thrown = reason
  }
  return { out, error, thrown, requests }
}

const failed: FailedInput = { name: 'bad.pdf', page: 3, error: { code: 'IMAGE_DAMAGED', params: { name: 'bad.pdf', detail: 'cut\n\u001b[31moff' } } }

describe('extract', () => {
  it('reads the whole command line', async () => {
    const { requests, thrown } = await extracted(['--template', 'receipt', '--mode', 'whole', '--resume', '--out', 'x.csv', 'a.png', 'b'])
    expect(thrown).toBeNull()
    expect(requests).toEqual([{ template: 'receipt', mode: 'whole', resume: true, inputs: [join(folder, 'a.png'), join(folder, 'b')], paths: [join(folder, 'a.png'), join(folder, 'b')], except: new Set([join(folder, 'x.csv')]) }])
    expect((await extracted(['--template', 't', 'a'])).requests).toEqual([{ template: 't', mode: null, resume: false, inputs: [join(folder, 'a')], paths: [join(folder, 'a')], except: new Set() }])
  })

  it('knows a pattern again by how it was given, whatever it matches by then', async () => {
    for (const name of ['1.png', '2.png']) await writeFile(join(folder, name), '')
    expect((await extracted(['--template', 't', '--resume', '*.png'])).requests).toMatchObject([{ inputs: [join(folder, '*.png')], paths: [join(folder, '1.png'), join(folder, '2.png')] }])
  })

  it('writes CSV to stdout without a byte order mark, and the progress to stderr', async () => {
    const { out, error, thrown } = await extracted(['--template', 't', 'a'])
    expect(thrown).toBeNull()
    expect(out).toMatch(/^Seller;Weight;.*\r\nMüller & Söhne;-2,5;/)
    expect(error).toBe('Read 50 %\n')
  })

  it('sends no control characters to a screen', async () => {
    const { out, error } = await extracted(['--template', 't', 'a'], { screen: true })
    expect(out).not.toContain('\u001b')
    expect(out).toContain("'=1+1[2J")
    expect(error).toContain('Read 2 of 4, 1 min 01 s left')
    expect((await extracted(['--template', 't', 'a'])).out).toContain("'=1+1\u001b[2J")
  })

  it.each([['x.csv', '\ufeffSeller;'], ['x.xlsx', 'PK'], ['x.json', '{\n  "format": "llava-desk-export/1"'], ['x.jsonl', '{"format":"llava-desk-export/1","number":1'], ['x.ndjson', '{"format"'], ['x.txt', '\ufeffSeller;']])('writes %s by its ending, whole', async (name, begins) => {
    await writeFile(join(folder, name), 'before')
    const { out, error, thrown } = await extracted(['--template', 't', '--out', name, 'a'])
    expect(thrown).toBeNull()
    expect(out).toBe('')
    expect(error).toContain(`${join(folder, name)}: 2 records.\n`)
    expect((await readFile(join(folder, name), 'utf8')).startsWith(begins)).toBe(true)
    expect(await readdir(folder)).toEqual([name])
  })

  it('takes the format that is named before the ending', async () => {
    await extracted(['--template', 't', '--format', 'json', '--out', 'x.csv', 'a'])
    expect(JSON.parse(await readFile(join(folder, 'x.csv'), 'utf8'))).toMatchObject({ format: 'llava-desk-export/1' })
  })

  it('says in one line where the run of an export may differ, and writes it', async () => {
    const { out, error, thrown } = await extracted(['--template', 'old/t.jsonl', 'a'], { difference: { reader: { begun: 'One\n\u001b[31m', now: 'Two' }, settings: [], missing: ['locale'] } })
    expect(thrown).toBeNull()
    expect(out).toContain('Müller')
    expect(error).toBe('This run may differ from t.jsonl: it was read with One [31m, and what reads now is Two; it does not say for sure: locale.\nRead 50 %\n')
  })

  it('says what failed, a line for each, and writes the rest', async () => {
    const { out, error, thrown } = await extracted(['--template', 't', '--format', 'jsonl', 'a'], { failed: [failed, { ...failed, page: null }] })
    expect(thrown).toMatchObject({ name: 'InputsFailed' })
    expect(out.trimEnd().split('\n')).toHaveLength(2)
    const lines = error.trimEnd().split('\n')
    expect(lines).toHaveLength(3)
    expect(lines[1]).toMatch(/^bad\.pdf, page 3: bad\.pdf is damaged or incomplete .*cut \[31moff/)
    expect(lines[2]).toMatch(/^bad\.pdf: /)
    expect(error).not.toContain('\u001b')
  })

  it('prints no controls of a file name, neither on a screen nor as JSON', async () => {
    const name = 'a\u009b31m\u0085b\u007f.pdf'
    const { out, error } = await extracted(['--template', 't', '--out', 'x.xlsx', '--json', 'a'], { failed: [{ ...failed, name }] })
    for (const text of [out, error]) expect(text).not.toMatch(/[\u007f-\u009f]/)
    expect(JSON.parse(out)).toMatchObject({ failed: [{ name }] })
    expect(error).toContain('a31mb.pdf, page 3: ')
  })

  it('gives counts and failures as one object', async () => {
    const { out } = await extracted(['--template', 't', '--out', 'x.xlsx', '--json', 'a'], { failed: [failed] })
    expect(JSON.parse(out)).toEqual({ out: join(folder, 'x.xlsx'), format: 'xlsx', records: 2, read: 2, skipped: 0, failed: [{ name: 'bad.pdf', page: 3, code: 'IMAGE_DAMAGED', message: expect.stringContaining('bad.pdf') as string }] })
  })

  it('refuses before any work what cannot be written', async () => {
    for (const [args, thrown] of [
      [['--format', 'xlsx'], { name: 'UsageError' }],
      [['--json'], { name: 'UsageError' }],
      [['--out', 'none/x.csv'], { code: 'FILE_MISSING' }],
      [['--out', '.'], { code: 'FILE_UNREADABLE' }],
      [['--format', 'ods'], { code: 'commander.invalidArgument' }],
    ] as const) {
      const outcome = await extracted(['--template', 't', ...args, 'a'])
      expect(outcome.thrown).toMatchObject(thrown)
      expect(outcome.requests).toEqual([])
    }
    expect((await extracted(['a'])).thrown).toMatchObject({ code: 'commander.missingMandatoryOptionValue' })
    expect((await extracted(['--template', 't'])).thrown).toMatchObject({ code: 'commander.missingArgument' })
  })

  it('writes nothing where all of it was stopped', async () => {
    const stopped = await extracted(['--template', 't', '--out', 'x.csv', 'a'], { rejects: new AppError('MODEL_NONE') })
    expect(stopped.thrown).toMatchObject({ code: 'MODEL_NONE' })
    expect(await readdir(folder)).toEqual([])
  })
})

describe('patterns', () => {
  beforeEach(async () => {
    await mkdir(join(folder, 'scans (1)', 'deep'), { recursive: true })
    for (const name of ['page10.png', 'page2.png', 'note.txt', '.hidden.png', 'scan [1].png', 'scans (1)/a.pdf', 'scans (1)/deep/b.pdf']) await writeFile(join(folder, name), '')
  })
  const expanded = async (inputs: readonly string[], platform?: NodeJS.Platform): Promise<string[]> => (await expandPatterns(inputs, folder, platform)).map((path) => path.slice(folder.length + 1).replaceAll('\\', '/'))

  it('become the files they match, in natural order, no file twice', async () => {
    expect(await expanded(['page*.png', 'page2.png'])).toEqual(['page2.png', 'page10.png'])
    expect(await expanded(['**/*.pdf'])).toEqual(['scans (1)/a.pdf', 'scans (1)/deep/b.pdf'])
    expect(await expanded(['scans (1)/*.pdf'])).toEqual(['scans (1)/a.pdf'])
    expect(await expanded(['page{2,7}.png', '*.tif'])).toEqual(['page2.png', '*.tif'])
    expect(await expanded([join(folder, 'page?.png')])).toEqual(['page2.png'])
  })

  it('are none where a file or folder is called so, or where nothing has a sign of one', async () => {
    expect(await expanded(['scan [1].png', 'scans (1)', 'missing.png'])).toEqual(['scan [1].png', 'scans (1)', 'missing.png'])
  })

  it('are written with backslashes on Windows, in any case', async () => {
    expect(await expanded(['scans (1)\\**\\*.PDF'], 'win32')).toEqual(['scans (1)/a.pdf', 'scans (1)/deep/b.pdf'])
  })
})

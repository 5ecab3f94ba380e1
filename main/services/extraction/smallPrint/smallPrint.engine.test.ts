import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoFiles, startEngine } from '../../../../bench/engine/startEngine.ts'
import { isRight, samplePath, sampleQuestions, samples } from '../../../../bench/samples.ts'
import type { Cell, Region, Scalar } from '../../../contract/domains/extraction.ts'
import { template as templateShape } from '../../../contract/domains/template.ts'
import type { Engine } from '../../../engine/client/Engine.ts'
import type { PromptPart, SampledToken } from '../../../engine/protocol.ts'
import { temporaryFolder } from '../../../platform/testing.ts'
import { PixelFiles } from '../../images/PixelFiles.ts'
import type { DocumentPage } from '../ports.ts'
import { createRegionPlanner } from './createRegionPlanner.ts'
import type { RegionReading } from '../ports.ts'

/** The demo model reads one character per cell of 14 pixels. */
const CELL = 14
const SIDE = 336

let engine: Engine
let folder: ReturnType<typeof temporaryFolder>
let pixels: PixelFiles
const planner = createRegionPlanner({ modelSide: () => SIDE })

beforeAll(async () => {
  folder = temporaryFolder()
  pixels = new PixelFiles(join(folder.path, 'pixels'))
  engine = await startEngine(demoFiles, { threads: 1 })
})
afterAll(async () => {
  await planner.dispose()
  await engine.stop()
  folder.remove()
})

async function pageOf(png: Buffer, key: string): Promise<DocumentPage> {
  const { width, height } = await sharp(png).metadata()
  return { number: 1, width, height, text: null, source: { key, name: `${key}.png`, prepare: async () => await pixels.write(png, 'png', `${key}.png`) } }
}

interface Answer {
  readonly text: string
  readonly sampled: readonly SampledToken[]
}

/** The literal form of expected.json. */
async function ask(page: DocumentPage, question: string): Promise<Answer> {
  const [before = '', after = ''] = samples.template.replace('{system}', samples.system).replace('{prompt}', () => question).split('<image>')
  const file = await page.source.prepare()
  try {
    const prompt: PromptPart[] = [{ type: 'text', text: before, trusted: false }, { type: 'image', picture: { key: page.source.key, path: file.path } }, { type: 'text', text: after, trusted: false }]
    const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repeatPenalty: 1, seed: 1 }
    let text = ''
    for await (const event of engine.generate({ conversation: 'a', prompt, sampling, maxTokens: 100, stopTexts: [], probabilities: true })) {
      if (event.type === 'delta') text += event.text
      if (event.type === 'end') return { text, sampled: event.sampled ?? [] }
    }
    throw new Error('The answer has no end')
  } finally {
    await file.dispose()
  }
}

describe('a page of four documents, unreadable as a whole', () => {
  const tiles = ['receipt-1.png', 'invoice-2.png', 'form-2.png', 'id-card-1.png']
  const questions = tiles.map((tile) => sampleQuestions.filter(({ file }) => file === tile))
  let page: DocumentPage
  const place = (index: number): Region => ({ x: (index % 2) / 2, y: Math.floor(index / 2) / 2, width: 0.5, height: 0.5 })

  beforeAll(async () => {
    const parts = tiles.map((tile, index) => ({ input: samplePath(tile), left: (index % 2) * SIDE, top: Math.floor(index / 2) * SIDE }))
    page = await pageOf(await sharp({ create: { width: 2 * SIDE, height: 2 * SIDE, channels: 3, background: '#ffffff' } }).composite(parts).png().toBuffer(), 'four')
  })

  test('is read right by regions drawn by hand', async () => {
    const wrong: string[] = []
    let whole = 0
    let asked = 0
    for (const [index, own] of questions.entries()) {
      for (const question of own) {
        asked++
        if (isRight(question, (await ask(page, question.prompt)).text)) whole++
        const { text: answer } = await ask(planner.crop(page, place(index)), question.prompt)
        if (!isRight(question, answer)) wrong.push(`${question.file} ${question.prompt} ${answer}`)
      }
    }
    expect(asked).toBeGreaterThan(25)
    expect(wrong).toEqual([])
    expect(whole).toBeLessThan(asked / 2)
  })

  test('is found to be too small as a whole, and not in its parts', async () => {
    expect((await planner.regionsFor(page)).regions.length).toBeGreaterThan(1)
    for (const index of questions.keys()) expect(await planner.regionsFor(planner.crop(page, place(index)))).toEqual({ regions: [], tooSmall: false })
  })
})

test('a long receipt is read right by regions that were chosen automatically', async () => {
  // The rows of a sample, moved apart: vendor and date at the top, tax and total at the bottom, 28 rows instead of 24.
  const rows = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 12, 13, 14, 13, 15]
  const page = await pageOf(await ofRows('receipt-2.png', rows), 'long')
  const { regions, tooSmall } = await planner.regionsFor(page)
  expect(tooSmall).toBe(false)
  expect(regions).toHaveLength(2)
  const fields = ['vendor', 'date', 'tax', 'total', 'due_date']
  const template = templateShape.parse({ format: 'llava-desk-template/1', title: 'Receipt', fields: fields.map((name) => ({ name, type: 'text' })) })
  const expected = { vendor: 'NUNLYN', date: '2023-06-25', tax: 9.44, total: 103.84, due_date: null }
  const readings: RegionReading[] = []
  for (const region of regions) readings.push({ region, cells: await cellsOf(planner.crop(page, region), fields) })
  const merged = planner.merge(template, readings)
  expect(valuesOf(merged)).toEqual(expected)
  expect([merged['vendor']?.region, merged['total']?.region]).toEqual(regions)
  // As a whole it is so illegible that not even the form of the answer is sure.
  const { text } = await ask(page, `Extract the following fields as JSON: ${fields.join(', ')}.`)
  expect(['NUNLYN', '2023-06-25', '103.84'].every((value) => text.includes(value))).toBe(false)
})

async function ofRows(file: string, rows: readonly number[]): Promise<Buffer> {
  const parts = await Promise.all(rows.map(async (row, index) => ({ input: await sharp(samplePath(file)).extract({ left: 0, top: row * CELL, width: SIDE, height: CELL }).png().toBuffer(), left: 0, top: index * CELL })))
  return await sharp({ create: { width: SIDE, height: rows.length * CELL, channels: 3, background: '#ffffff' } }).composite(parts).png().toBuffer()
}

async function cellsOf(page: DocumentPage, fields: readonly string[]): Promise<Record<string, Cell>> {
  const { text, sampled } = await ask(page, `Extract the following fields as JSON: ${fields.join(', ')}.`)
  const values = JSON.parse(text) as Record<string, Scalar>
  const cell = (name: string): Cell => {
    const [value, confidence] = [values[name] ?? null, likelihood({ text, sampled }, name)]
    return { content: { kind: 'one', reading: { value, printed: null, confidence } }, confidence, status: value === null ? 'absent' : 'ok', checks: [], region: null }
  }
  return Object.fromEntries(fields.map((name) => [name, cell(name)]))
}

/** How likely the model held the value of a member, all of its tokens together. */
function likelihood({ text, sampled }: Answer, name: string): number {
  const from = text.indexOf(`"${name}": `) + name.length + 4
  const to = from + text.slice(from).search(/, "|\}/)
  // The space in front of an answer is a token's, and not in the text.
  let at = -1
  let sum = 0
  for (const { bytes, logProbability } of sampled) {
    if (at + bytes > from && at < to) sum += logProbability
    at += bytes
  }
  return Math.min(1, Math.exp(sum))
}

function valuesOf(cells: Readonly<Record<string, Cell>>): Record<string, Scalar> {
  return Object.fromEntries(Object.entries(cells).map(([name, { content }]) => [name, content.kind === 'one' ? content.reading.value : null]))
}

import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { samplePath } from '../../../../bench/samples.ts'
import { Random } from '../../../../bench/synthetic/random.ts'
import { projectorShapes, writeProjector } from '../../../../bench/synthetic/projector.ts'
import { textShapes, writeTextModel } from '../../../../bench/synthetic/textModel.ts'
import { cell as cellSchema } from '../../../contract/domains/extraction.ts'
import type { Template } from '../../../contract/domains/template.ts'
import { engineFolder } from '../../../engine/client/testing/engineFolder.ts'
import { codeOf, demoOptions, startEngine } from '../../../engine/client/testing/realEngine.ts'
import type { RealEngine } from '../../../engine/client/testing/realEngine.ts'
import { createPageReader } from './PageReader.ts'
import { pageOf, readAll, requestFor, templateOf, valuesOf } from './testing/readings.ts'

interface Extraction {
  readonly fields: readonly string[]
  readonly expected: Readonly<Record<string, string | number | null>>
}
const { images } = JSON.parse(readFileSync(samplePath('expected.json'), 'utf8')) as { images: { file: string; extraction: Extraction }[] }
const amounts = ['total', 'subtotal', 'tax']
const typed = (fields: readonly string[]): Template => templateOf(fields.map((name) => ({ name, type: amounts.includes(name) ? 'money' : name.endsWith('date') ? 'date' : 'text' })))

/** A field of every type. */
const everything = templateOf([
  { name: 'note', type: 'text', maxLength: 70 },
  { name: 'count', type: 'number' },
  { name: 'total', type: 'money' },
  { name: 'day', type: 'date' },
  { name: 'paid', type: 'yesNo' },
  { name: 'kind', type: 'oneOf', choices: ['a "b"', 'é\\', 'c\nd'] },
  { name: 'tags', type: 'list', item: 'text', maxItems: 3, maxLength: 5 },
  { name: 'items', type: 'table', maxRows: 2, columns: [{ name: 'what', type: 'text', maxLength: 4 }, { name: 'price', type: 'money' }] },
])

describe('pages read with the real engine', () => {
  const suite = engineFolder()
  let real: RealEngine
  beforeAll(async () => {
    real = startEngine()
    real.engine.use(demoOptions)
    await real.engine.ready()
  })
  afterAll(async () => {
    await real[Symbol.asyncDispose]()
  })
  const reader = () => createPageReader(real.engine, { templateOf: () => null })
  const sample = (file: string) => pageOf(file, suite.samples.picture(file).path)

  test.each(['fields', 'whole'] as const)('give the same cells to the last digit whatever is read before and beside them, mode %s', async (mode) => {
    const read = async (on: ReturnType<typeof reader>, file: string) => {
      const { extraction } = images.find((image) => image.file === file)!
      return (await readAll(on, requestFor(sample(file), typed(extraction.fields), { mode, priority: 'batch', conversation: file }))).end.cells
    }
    const files = images.filter(({ file }) => file.startsWith('receipt')).map(({ file }) => file)
    const alone = new Map<string, unknown>()
    for (const file of files) alone.set(file, await read(reader(), file))
    expect(alone.size).toBe(3)
    const [first, second, third] = files as [string, string, string]
    // A page that is read again at once goes on from its own cells; a run never does that.
    for (const order of [[first, second, third], [second, first, third], [first, third, second]]) {
      const shared = reader()
      for (const [index, cells] of (await Promise.all(order.map(async (file) => await read(shared, file)))).entries()) expect(cells).toEqual(alone.get(order[index]!))
    }
  })

  test.each(['fields', 'whole'] as const)('give what stands on the samples, mode %s', async (mode) => {
    const wrong: unknown[] = []
    for (const { file, extraction } of images) {
      const { end, events } = await readAll(reader(), requestFor(sample(file), typed(extraction.fields), { mode }))
      const values = valuesOf(end.cells)
      for (const name of extraction.fields) {
        const right = extraction.expected[name] ?? null
        if (values[name] !== right) wrong.push([file, name, right, values[name]])
        const { status, confidence } = end.cells[name]!
        // A null in a whole record may come with little confidence, as the demo model gives it.
        const expected = right !== null ? ['ok'] : mode === 'fields' ? ['absent'] : ['absent', 'unreadable']
        if (!expected.includes(status)) wrong.push([file, name, right, status, confidence])
      }
      expect(Object.keys(end.cells)).toEqual(extraction.fields)
      expect(events.filter(({ type }) => type === 'cell')).toHaveLength(extraction.fields.length)
    }
    expect(wrong).toEqual([])
  })

  test('evaluate the picture and the question once for all fields', async () => {
    let evaluated = 0
    const generate = real.engine.generate.bind(real.engine)
    const spy = vi.spyOn(real.engine, 'generate').mockImplementation(async function* (...input) {
      for await (const event of generate(...input)) {
        if (event.type === 'end') evaluated += event.stats.evaluatedTokens
        yield event
      }
    })
    const { path } = suite.samples.picture('receipt-1.png')
    await readAll(reader(), requestFor(pageOf('once', path), typed(['vendor', 'phone', 'subtotal', 'tax', 'total'])))
    spy.mockRestore()
    expect(evaluated).toBeGreaterThan(576)
    expect(evaluated).toBeLessThan(576 + 250)
  })

  test.each(['fields', 'whole'] as const)('are valid whatever is on the picture, mode %s', async (mode) => {
    const random = new Random(5)
    for (let number = 0; number < 3; number++) {
      const path = suite.at(`noise-${number}.ppm`)
      writeFileSync(path, Buffer.concat([Buffer.from('P6\n64 64\n255\n'), Buffer.from(Array.from({ length: 64 * 64 * 3 }, () => random.bits() & 255))]))
      expectValid((await readAll(reader(), requestFor(pageOf(`noise ${number}`, path), everything, { mode }))).end.cells)
    }
  })

  test('stop at once where they are no longer wanted, and reject', async () => {
    const leaving = new AbortController()
    const reading = readAll(reader(), requestFor(sample('receipt-2.png'), everything, { mode: 'whole' }), leaving.signal)
    leaving.abort()
    expect(await codeOf(reading)).toBe('ABORTED')
    for await (const event of reader().read(requestFor(sample('receipt-2.png'), everything), new AbortController().signal)) if (event.type === 'cell') break
  })

  test('reject with the engine that dies', async () => {
    const reading = readAll(reader(), requestFor(sample('receipt-3.png'), everything, { mode: 'whole' }))
    process.kill(real.engine.processId ?? 0, 'SIGKILL')
    expect(await codeOf(reading)).toBe('ENGINE_CRASHED')
    await real.engine.ready()
  })

  test('are valid from a model that knows nothing', async () => {
    const files = { model: suite.at('random.gguf'), projector: suite.at('random-mmproj.gguf') }
    writeTextModel(files.model, { ...textShapes.tiny, context: 4096 })
    writeProjector(files.projector, { ...projectorShapes.deep })
    await using random = startEngine()
    random.engine.use({ ...demoOptions, files, isDemo: false })
    for (const mode of ['fields', 'whole'] as const) {
      const { end } = await readAll(createPageReader(random.engine, { templateOf: () => null }), requestFor(sample('invoice-1.png'), everything, { mode }))
      expectValid(end.cells)
    }
  })

  function expectValid(cells: Readonly<Record<string, unknown>>): void {
    expect(Object.keys(cells)).toEqual(everything.fields.map(({ name }) => name))
    for (const cell of Object.values(cells)) expect(cellSchema.parse(cell)).toEqual(cell)
  }
})

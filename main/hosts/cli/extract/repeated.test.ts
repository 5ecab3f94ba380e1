import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '../../../contract/errors/AppError.ts'
import { exportRun } from '../../../services/export/exportRun.ts'
import { benchPerTest } from '../../../services/runs/testing/benchPerTest.ts'
import { testOrigin, testTemplate } from '../../../services/runs/testing/RunBench.ts'
import type { Difference } from './differenceFrom.ts'
import type { ExtractRequest, ExtractStep } from './ExtractRun.ts'
import { templateNamed } from './templateNamed.ts'
import { namesIn, pileCommand, type End, type Given } from './testing/pileCommand.ts'
import { wordsOf } from './words.ts'

const suite = benchPerTest()
const { renew, steps, extracted, write } = pileCommand(suite)

describe('a run that is made once more from its export', () => {
  const origin = { ...testOrigin, model: { name: 'One', sha256: 'a'.repeat(64), parts: [] } }
  const options = { format: 'jsonl', delimiter: null, bom: false, locale: 'en', reviewedOnly: false, details: false } as const
  const exported = ({ result }: Pick<End, 'result'>): string => new TextDecoder().decode(exportRun(result, options).bytes)
  beforeEach(() => {
    write('pile/1', 'pile/2')
    suite.bench.origin = origin
  })

  /** All the steps of the command, with the template and the run of an export. */
  async function repeatedFrom(text: string, more: Partial<ExtractRequest> = {}, other: Partial<Given> = {}): Promise<{ told: ExtractStep[]; end: End }> {
    await renew()
    const file = suite.bench.file('../t.jsonl', text)
    const named = await templateNamed(file, { find: () => testTemplate, read: () => testTemplate.template })
    const told: ExtractStep[] = []
    for await (const step of steps(['pile'], more, { ...named, ...other })) told.push(step)
    return { told, end: told.at(-1) as End }
  }

  test('gives the same bytes, as a run of its own', async () => {
    const earlier = await suite.bench.run([join(suite.bench.folder, 'pile')], { per: 'file' })
    const { runs, records } = suite.bench.services
    runs.setThreshold(earlier, 0.5)
    await suite.toEnd(earlier)
    const result = { run: { ...runs.get(earlier), name: 'Of May' }, records: records.list(earlier, 0, 10).records }
    const text = exported({ result })
    const { told, end } = await repeatedFrom(text)
    expect(exported(end)).toBe(text)
    expect(end.result.run).toMatchObject({ name: 'Of May', per: 'file', threshold: 0.5, templateId: 'test', templateVersion: 3 })
    expect(told.map(({ type }) => type)).not.toContain('difference')
    expect(suite.bench.reader.begun).toEqual(['text of pile/1', 'text of pile/2'])
    expect(suite.bench.services.runs.list()).toHaveLength(2)
    // Interrupted or not, it is known again.
    await repeatedFrom(text, { resume: true })
    expect(suite.bench.reader.begun).toEqual([])
  })

  test('is read in its mode, unless another one is asked for', async () => {
    const text = exported(await extracted(['pile'], { mode: 'whole' }))
    expect((await repeatedFrom(text)).end.result.run.mode).toBe('whole')
    expect((await repeatedFrom(text, { mode: 'fields' })).end.result.run.mode).toBe('fields')
  })

  test('tells before anything is read what differs, and goes on', async () => {
    const text = exported(await extracted(['pile']))
    suite.bench.origin = { ...origin, app: '0.0.1', model: { name: 'Two', sha256: 'b'.repeat(64), parts: [] } }
    const { told, end } = await repeatedFrom(text)
    const difference: Difference = { reader: { begun: 'One (aaaaaaaa)', now: 'Two (bbbbbbbb)' }, settings: [{ part: 'app', begun: '0.0.0', now: '0.0.1' }], missing: [] }
    expect(told[0]).toEqual({ type: 'difference', difference })
    expect(namesIn(end)).toEqual(['1', '2'])
    expect(wordsOf('en').difference('t.jsonl', difference)).toBe('This run may differ from t.jsonl: it was read with One (aaaaaaaa), and what reads now is Two (bbbbbbbb); its version of LLaVA Desk was 0.0.0, and is now 0.0.1.')
  })

  test('tells what its export does not say', async () => {
    suite.bench.origin = { ...origin, adapters: null }
    const text = exported(await extracted(['pile']))
    suite.bench.origin = { ...origin, adapters: [{ name: 'style.gguf', sha256: 'd'.repeat(64), scale: 0.5 }] }
    const difference: Difference = { reader: null, settings: [], missing: ['adapters'] }
    expect((await repeatedFrom(text)).told[0]).toEqual({ type: 'difference', difference })
    expect(wordsOf('zh-CN').difference('t.jsonl', difference)).toBe('此次读取的结果可能与 t.jsonl 不同：其中未确切说明：适配器。')
  })

  test('is left paused where its model is not to be had', async () => {
    const text = exported(await extracted(['pile']))
    await expect(repeatedFrom(text, {}, { origin: () => Promise.reject(new AppError('MODEL_NONE')) })).rejects.toMatchObject({ code: 'MODEL_NONE' })
    expect(suite.bench.services.runs.list()).toMatchObject([{ state: 'paused' }, { state: 'done' }])
    expect(suite.bench.reader.begun).toEqual([])
  })
})

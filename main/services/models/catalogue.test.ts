import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { CatalogueFile, CatalogueModel } from '../../contract/domains/catalogue.ts'
import { createLogger, silentLogger } from '../../platform/log.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { planDownload } from '../downloads/planDownload.ts'
import { roleOf } from '../hub/listing.ts'
import { loadCatalogue } from './catalogue.ts'

const catalogue = loadCatalogue(fileURLToPath(new URL('../../../resources/catalogue.json', import.meta.url)), silentLogger)
const variants = catalogue.models.flatMap((model) => model.variants.map((variant) => ({ model, variant })))
const files = variants.flatMap(({ variant }) => (variant.projector === null ? [variant.model] : [variant.model, variant.projector]))
const addressOf = ({ repository, path }: CatalogueFile) => `${repository}/${path}`

/** Conversation templates the families were trained with (LLaVA: `llava/conversation.py`). */
const templates: Record<CatalogueModel['family'], readonly CatalogueModel['template'][]> = {
  'llava-1.0': ['llava_v0'],
  'llava-1.5': ['vicuna_v1'],
  'llava-1.6': ['vicuna_v1', 'mistral_instruct'],
  'llava-med': ['mistral_instruct'],
  vicuna: ['vicuna_v1'],
  other: ['embedded'],
}

/** Bytes per parameter, about, as llama.cpp's quantisations come out over a whole model. */
const bytesPerParameter: Readonly<Record<string, number>> = { Q4_K_M: 0.6, Q5_K_M: 0.7, Q6_K: 0.82, Q8_0: 1.06 }

describe('the catalogue', () => {
  test('is valid, and begins with LLaVA-1.5', () => {
    expect(catalogue.models[0]?.family).toBe('llava-1.5')
    expect(new Set(catalogue.models.map(({ family }) => family))).toEqual(new Set(['llava-1.5', 'llava-1.6', 'llava-med', 'vicuna', 'other']))
  })

  test('has every name once, and recommends what it has', () => {
    const ids = catalogue.models.map(({ id }) => id)
    expect(ids).toEqual([...new Set(ids)])
    for (const { id, variants, recommended } of catalogue.models) {
      const own = variants.map((variant) => variant.id)
      expect(own, id).toEqual([...new Set(own)])
      expect(own, id).toContain(recommended)
      expect(variants.map(({ quantisation }) => quantisation.toLowerCase().replaceAll('_', '-')), id).toEqual(own)
    }
  })

  test.each(catalogue.models.map((model) => [model.id, model] as const))('%s: what sees has the projector of its own kind, what does not has none', (_id, model) => {
    expect(templates[model.family]).toContain(model.template)
    expect(model.vision).toBe(model.family !== 'vicuna')
    const projectors = new Set(model.variants.map(({ projector }) => (projector === null ? null : addressOf(projector))))
    expect(projectors.size, 'one projector for all quantisations').toBe(1)
    for (const { projector, model: file } of model.variants) {
      expect(projector !== null).toBe(model.vision)
      expect(roleOf(file.path)).toBe('model')
      if (projector === null) continue
      expect(roleOf(projector.path)).toBe('projector')
      // A projector's width is that of its model: that of another size in the same family would not fit.
      const sizes = [projector, file].map(({ repository }) => /(\d+(?:\.\d+)?)b/i.exec(repository)?.[1])
      expect(sizes[0]).toBe(sizes[1])
    }
  })

  test('names one checksum and one size for a file, and no two files with the same', () => {
    const known = new Map<string, CatalogueFile>()
    for (const file of files) {
      const before = known.get(addressOf(file))
      if (before !== undefined) expect(file).toEqual(before)
      known.set(addressOf(file), file)
    }
    const checksums = [...known.values()].flatMap(({ sha256 }) => (sha256 === null ? [] : [sha256]))
    expect(checksums).toEqual([...new Set(checksums)])
    expect(checksums.length).toBeGreaterThan(10)
  })

  test.each(variants.map(({ model, variant }) => [`${model.id} ${variant.id}`, model, variant] as const))('%s: its size is that of its quantisation', (_name, model, variant) => {
    const known = [variant.model, variant.projector].map((file) => (file === null ? 0 : file.bytes))
    if (!known.includes(null)) expect(variant.approximateBytes).toBe(known.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0))
    const projector = model.vision ? 0.6e9 : 0
    const expected = model.parameters * (bytesPerParameter[variant.quantisation] ?? 0) + projector
    expect(variant.approximateBytes / expected).toBeGreaterThan(0.75)
    expect(variant.approximateBytes / expected).toBeLessThan(1.35)
  })

  test('says in both languages what each is good and bad at, in whole sentences', () => {
    for (const { id, good, bad } of catalogue.models) {
      for (const { en, 'zh-CN': chinese } of [good, bad]) {
        expect(en, id).toMatch(/^[A-Z].*\.$/)
        expect(en.length, id).toBeLessThan(140)
        expect(chinese, id).toMatch(/[\u4e00-\u9fff].*。$/)
      }
    }
  })

  test('can be downloaded: every variant comes down to files', () => {
    for (const { model, variant } of variants) {
      const plan = planDownload({ type: 'catalogue', model: model.id, variant: variant.id }, catalogue)
      expect(plan.files.map(({ role }) => role)).toEqual(model.vision ? ['model', 'projector'] : ['model'])
      expect(plan.name).toBe(`${model.name} ${variant.quantisation}`)
    }
  })
})

test.each([['missing', null], ['damaged', '{"version": 1, "models": [{}]}']])('a catalogue that is %s is empty, and the log says why', (_what, text) => {
  const folder = temporaryFolder()
  try {
    const path = join(folder.path, 'catalogue.json')
    if (text !== null) writeFileSync(path, text)
    const lines: string[] = []
    expect(loadCatalogue(path, createLogger([(line) => lines.push(line)]))).toEqual({ version: 1, models: [] })
    expect(lines).toHaveLength(1)
  } finally {
    folder.remove()
  }
})

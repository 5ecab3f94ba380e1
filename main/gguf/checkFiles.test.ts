import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeGguf } from '../../bench/gguf/write.ts'
import type { MetadataValue } from '../../bench/gguf/format.ts'
import { writeNoModel, writeTruncated } from '../../bench/synthetic/broken.ts'
import { projectorShapes, writeProjector } from '../../bench/synthetic/projector.ts'
import { textShapes, writeTextModel } from '../../bench/synthetic/textModel.ts'
import { AppError } from '../contract/errors/AppError.ts'
import { checkFiles } from './checkFiles.ts'
import { readGguf } from './readGguf.ts'

const demo = join(import.meta.dirname, '../../resources/demo-model')
const demoModel = join(demo, 'demo-llava.gguf')
const demoProjector = join(demo, 'demo-llava-mmproj.gguf')
const text = (value: string): MetadataValue => ({ type: 'string', value })

describe('checkFiles', () => {
  let folder = ''
  const at = (name: string) => join(folder, name)
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'check-files-'))
    writeTextModel(at('tiny.gguf'), textShapes.tiny)
    writeProjector(at('tiny-mmproj.gguf'), projectorShapes.tiny)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const problem = async (model: string, projector: string | null): Promise<[string, object]> => {
    const error: unknown = await checkFiles({ model, projector }).then(() => null, (thrown: unknown) => thrown)
    return error instanceof AppError ? [error.code, error.params] : [String(error), {}]
  }

  it('accepts the demo pair, a model alone, and LLaVA-1.0 projectors with and without a type', async () => {
    expect((await checkFiles({ model: demoModel, projector: demoProjector })).projector?.header.metadata.get('clip.projector_type')).toBe('mlp')
    expect((await checkFiles({ model: demoModel, projector: null })).projector).toBeNull()
    writeProjector(at('linear.gguf'), { ...projectorShapes.tiny, kind: 'linear' })
    writeProjector(at('untyped.gguf'), { ...projectorShapes.tiny, projectorType: false })
    for (const projector of ['tiny-mmproj.gguf', 'linear.gguf', 'untyped.gguf']) expect(await problem(at('tiny.gguf'), at(projector))).toEqual(['null', {}])
  })

  it('tells missing files and folders', async () => {
    expect(await problem(at('none.gguf'), null)).toEqual(['MODEL_MISSING', { path: at('none.gguf') }])
    expect(await problem(folder, null)).toEqual(['MODEL_MISSING', { path: folder }])
    expect(await problem(demoModel, at('none.gguf'))).toEqual(['PROJECTOR_MISSING', { path: at('none.gguf') }])
  })

  it('tells what is no GGUF, and what it looks like instead', async () => {
    writeFileSync(at('text.gguf'), 'This is no model.\n')
    writeFileSync(at('empty.gguf'), '')
    expect(await problem(at('text.gguf'), null)).toEqual(['MODEL_NOT_GGUF', { path: at('text.gguf'), found: 'text' }])
    expect(await problem(at('empty.gguf'), null)).toEqual(['MODEL_NOT_GGUF', { path: at('empty.gguf'), found: 'nothing (0 bytes)' }])
    const sample = join(demo, '../samples/form-1.png')
    expect(await problem(demoModel, sample)).toEqual(['PROJECTOR_NOT_GGUF', { path: sample, found: 'PNG' }])
  })

  it('tells files that stop early, in the header or in the data', async () => {
    for (const share of [0.001, 0.5, 0.999]) {
      writeTruncated(at('cut.gguf'), demoModel, share)
      expect((await problem(at('cut.gguf'), null))[0]).toBe('MODEL_DAMAGED')
      writeTruncated(at('cut-mmproj.gguf'), demoProjector, share)
      expect((await problem(demoModel, at('cut-mmproj.gguf')))[0]).toBe('PROJECTOR_DAMAGED')
    }
  })

  it('tells a model from a projector', async () => {
    expect(await problem(demoProjector, demoModel)).toEqual(['MODEL_IS_PROJECTOR', { path: demoProjector }])
    expect(await problem(demoModel, demoModel)).toEqual(['PROJECTOR_IS_MODEL', expect.objectContaining({ path: demoModel })])
  })

  it('tells a GGUF that is neither', async () => {
    writeNoModel(at('nothing.gguf'))
    expect(await problem(at('nothing.gguf'), null)).toEqual(['MODEL_UNSUPPORTED', { path: at('nothing.gguf'), architecture: 'nothing' }])
    expect((await problem(demoModel, at('nothing.gguf')))[0]).toBe('PROJECTOR_UNSUPPORTED')
    writeGguf(at('unnamed.gguf'), {}, [])
    expect((await problem(at('unnamed.gguf'), null))[0]).toBe('MODEL_DAMAGED')
  })

  it('tells a projector of another kind, of no kind, and without what the encoder needs', async () => {
    const clip = { 'general.architecture': text('clip') }
    writeGguf(at('odd.gguf'), { ...clip, 'clip.projector_type': text('q_former') }, [])
    expect(await problem(demoModel, at('odd.gguf'))).toEqual(['PROJECTOR_UNSUPPORTED', { path: at('odd.gguf'), type: 'q_former' }])
    writeGguf(at('no-kind.gguf'), clip, [])
    expect((await problem(demoModel, at('no-kind.gguf')))[0]).toBe('PROJECTOR_DAMAGED')
    writeGguf(at('bare.gguf'), { ...clip, 'clip.projector_type': text('mlp') }, [])
    expect(await problem(demoModel, at('bare.gguf'))).toEqual(['PROJECTOR_INCOMPLETE', { path: at('bare.gguf'), keys: expect.stringContaining('clip.vision.image_size, clip.vision.patch_size') as string }])
  })

  it('tells a projector of another width', async () => {
    expect(await problem(demoModel, at('tiny-mmproj.gguf'))).toEqual([
      'PROJECTOR_WIDTH_MISMATCH',
      { projector: at('tiny-mmproj.gguf'), projectorWidth: 64, model: demoModel, modelWidth: 192 },
    ])
  })

  it('refuses counts that the file cannot hold without trying to', async () => {
    const header = readFileSync(at('tiny.gguf')).subarray(0, 24)
    for (const offset of [8, 16]) {
      const bytes = Buffer.from(header)
      bytes.writeBigUInt64LE(2n ** 62n, offset)
      writeFileSync(at('huge.gguf'), bytes)
      expect((await problem(at('huge.gguf'), null))[0]).toBe('MODEL_DAMAGED')
    }
    const versionOne = Buffer.from(header)
    versionOne.writeUInt32LE(1, 4)
    writeFileSync(at('old.gguf'), versionOne)
    expect((await problem(at('old.gguf'), null))[1]).toMatchObject({ detail: 'GGUF version 1, which llama.cpp no longer reads' })
  })

  it('settles for any damage to a header with a file that reads back or a code of its own', async () => {
    copyFileSync(at('tiny-mmproj.gguf'), at('mutated.gguf'))
    const whole = readFileSync(at('tiny-mmproj.gguf'))
    const headerLength = (await readGguf(at('tiny-mmproj.gguf'), 'projector')).header.dataStart
    const change = fc.record({ at: fc.nat(headerLength - 1), bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), fc.option(fc.nat(whole.length)), async (changes, cut) => {
        const bytes = Buffer.from(whole)
        for (const { at: offset, bytes: replacement } of changes) bytes.set(replacement.subarray(0, headerLength - offset), offset)
        writeFileSync(at('mutated.gguf'), bytes)
        if (cut !== null) truncateSync(at('mutated.gguf'), cut)
        const [code] = await problem(at('tiny.gguf'), at('mutated.gguf'))
        expect(['null', 'PROJECTOR_NOT_GGUF', 'PROJECTOR_DAMAGED', 'PROJECTOR_INCOMPLETE', 'PROJECTOR_UNSUPPORTED', 'PROJECTOR_WIDTH_MISMATCH', 'GGUF_VERSION_UNKNOWN']).toContain(code)
      }),
      { numRuns: 500 },
    )
  })
})

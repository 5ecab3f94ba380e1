import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inspection } from '../contract/domains/library.ts'
import type { Finding } from '../contract/domains/library.ts'
import { AppError } from '../contract/errors/AppError.ts'
import { english } from '../contract/errors/texts.en.ts'
import { simplifiedChinese } from '../contract/errors/texts.zh.ts'
import { checkFiles } from './checkFiles.ts'
import { fittingProjectors } from './fittingProjectors.ts'
import { inspectFiles } from './inspectFiles.ts'
import { damagedFiles } from './testing/damagedFiles.ts'
import { pairs } from './testing/pairs.ts'
import { writeProjector, writeTextModel, writeTextModelParts } from './testing/writers.ts'
import type { HeaderCase } from './testing/writers.ts'

let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'inspect-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** The sentence for a problem, as `errorSentence` of the hosts makes it. */
function sentence({ code, params }: Finding['problem'], texts = english): string {
  return texts[code].replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => String(params[name] ?? whole))
}

async function refusal(files: HeaderCase['files']): Promise<string | null> {
  return await checkFiles(files).then(
    () => null,
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  )
}

describe('inspectFiles', () => {
  /** Paths in a folder of their own: what lies beside a model matters. */
  const newFolder = (): ((name: string) => string) => {
    const folder = mkdtempSync(join(root, 'case-'))
    return (name) => join(folder, name)
  }

  it.each([...pairs, ...damagedFiles])('$what', async ({ make }) => {
    const { files, findings } = make(newFolder())
    const found = await inspectFiles(files)
    expect(inspection.parse(found)).toEqual(found)
    expect(found.findings.map(({ severity, problem, remedies, projector }) => [severity, sentence(problem), remedies, projector])).toEqual(
      findings.map(([severity, text, remedies, projector = null]) => [severity, text, remedies, projector]),
    )
    for (const { problem, remedies, projector } of found.findings) {
      expect(sentence(problem, simplifiedChinese)).not.toMatch(/\{\{|undefined/)
      expect(projector !== null).toBe(remedies.includes('useProjector'))
    }
    // What is an error here reaches no native code either, under the same name; all else does.
    const [error] = found.findings.filter(({ severity }) => severity === 'error')
    expect(found.loadable).toBe(error === undefined)
    expect(await refusal(files)).toBe(error?.problem.code ?? null)
  })

  it('tells what the headers say', async () => {
    const at = newFolder()
    const [model, parts] = [at('llava.gguf'), at('parts')]
    writeTextModel(model, { chatTemplate: '{{ x }}', headsKv: 1 })
    writeTextModelParts(parts, 3)
    writeProjector(at('mmproj.gguf'), { entries: { 'clip.vision.image_grid_pinpoints': { type: 'i32[]', value: [28, 56, 56, 28] } } })
    const whole = await inspectFiles({ model, projector: at('mmproj.gguf') })
    expect(whole.model).toEqual({
      path: model,
      name: 'synthetic 32x1',
      architecture: 'llama',
      quantisation: 'F16',
      // Embeddings and output; four attention matrices, two of them for one head of two; three matrices; three norms.
      parameters: 2 * 384 * 32 + 3 * 32 * 32 + 3 * 32 * 64 + 3 * 32,
      contextLength: 4096,
      embeddingWidth: 32,
      layers: 1,
      hasTemplate: true,
      bytes: expect.any(Number) as number,
    })
    expect(whole.projector).toMatchObject({ type: 'mlp', imageSize: 28, patchSize: 14, outputWidth: 32, tiles: true })
    const split = await inspectFiles({ model: `${parts}-00001-of-00003.gguf`, projector: null })
    expect(split.model).toMatchObject({ parameters: 2 * 384 * 32 + 4 * 32 * 32 + 3 * 32 * 64 + 3 * 32, hasTemplate: false })
    expect(split.model?.bytes).toBeGreaterThan(2 * (split.model?.parameters ?? 0))
  })
})

describe('fittingProjectors', () => {
  it('goes by the header, not by the name', async () => {
    const folder = join(root, 'folder')
    const at = (name: string) => join(folder, name)
    mkdirSync(folder)
    writeTextModel(at('model.gguf'))
    writeTextModel(at('mmproj-of-this-model.gguf'))
    writeProjector(at('b.gguf'), {})
    writeProjector(at('A.GGUF'), { kind: 'linear', entries: { 'clip.projector_type': null } })
    writeProjector(at('mmproj-model-f16.gguf'), { output: 64 })
    writeProjector(at('incomplete.gguf'), { entries: { 'clip.vision.patch_size': null } })
    writeProjector(at('b.gguf.part'), {})
    mkdirSync(at('folder.gguf'))
    expect(await fittingProjectors(at('model.gguf'))).toEqual([at('A.GGUF'), at('b.gguf')])
    await expect(fittingProjectors(at('none.gguf'))).rejects.toThrow(expect.objectContaining({ code: 'MODEL_MISSING' }))
  })
})

import { createHash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ModelInfo } from '../../contract/domains/model.ts'
import type { PromptTemplate } from '../../contract/promptTemplates.ts'
import { writeTextModelParts } from '../../gguf/testing/writers.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { ScriptedEngine, scriptedModel } from '../testing/ScriptedEngine.ts'
import { ReadingOrigin } from './ReadingOrigin.ts'

let folder: ReturnType<typeof temporaryFolder>
let chosen: PromptTemplate | null = null
beforeEach(() => {
  folder = temporaryFolder()
  chosen = null
})
afterEach(() => folder.remove())

const coded = (code: string, params: object) => expect.objectContaining({ code, params }) as Error
const sha256Of = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

function file(name: string): string {
  const path = join(folder.path, name)
  writeFileSync(path, `bytes of ${name}`)
  return path
}

function originOf(model: Partial<ModelInfo>): ReadingOrigin {
  const engine = new ScriptedEngine()
  engine.show({ state: 'ready', info: { ...scriptedModel, ...model } })
  return new ReadingOrigin({ engine, templateOf: () => chosen, app: '1.2.3' })
}

test('names model and projector with their bytes, and the template that the family of the model has', async () => {
  const files = { model: file('llava.gguf'), projector: file('mmproj.gguf') }
  expect(await originOf({ files }).now()).toEqual({
    app: '1.2.3', model: { name: 'LLaVA test', sha256: sha256Of(files.model), parts: [] }, projector: { name: 'mmproj.gguf', sha256: sha256Of(files.projector) },
    adapters: [], conversation: 'vicuna_v1', temperature: 0, seed: 0,
  })
})

test('names the template that a person chose', async () => {
  const origin = originOf({ files: { model: file('llava.gguf'), projector: null } })
  chosen = 'chatml'
  expect(await origin.now()).toMatchObject({ conversation: 'chatml', projector: null })
})

test('names the adapters in effect, in their order, each with its bytes and its scale', async () => {
  const [one, other] = [file('one.gguf'), file('other.gguf')]
  const origin = originOf({ files: { model: file('llava.gguf'), projector: null }, adapters: [{ path: other, scale: 0.5 }, { path: one, scale: -1 }] })
  expect((await origin.now()).adapters).toEqual([{ name: 'other.gguf', sha256: sha256Of(other), scale: 0.5 }, { name: 'one.gguf', sha256: sha256Of(one), scale: -1 }])
  rmSync(other)
  await expect(origin.now()).rejects.toThrow(coded('ADAPTER_MISSING', { path: other }))
})

test('knows a split model by all of its files, and sees when a later one changes', async () => {
  const parts = writeTextModelParts(join(folder.path, 'llava'), 3)
  const [first = '', , last = ''] = parts
  const origin = originOf({ files: { model: first, projector: null } })
  const before = (await origin.now()).model
  expect(before).toEqual({ name: 'LLaVA test', sha256: sha256Of(first), parts: parts.map(sha256Of) })
  const bytes = readFileSync(last)
  bytes[bytes.length - 1]! ^= 1
  writeFileSync(last, bytes)
  expect((await origin.now()).model.parts[2]).not.toBe(before.parts[2])
  rmSync(last)
  await expect(origin.now()).rejects.toThrow(coded('MODEL_MISSING', { path: last }))
  await expect(originOf({ files: { model: first, projector: null } }).now()).rejects.toThrow(coded('MODEL_PART_MISSING', expect.anything() as object))
})

test('says what is wrong with a file that is called like a part of a model and is none', async () => {
  const path = file('llava-00001-of-00002.gguf')
  await expect(originOf({ files: { model: path, projector: null } }).now()).rejects.toThrow(coded('MODEL_NOT_GGUF', expect.objectContaining({ path }) as object))
})

test('says of a file that is there, but is of no use, what is wrong with it, not that it is missing', async () => {
  const newer = join(folder.path, 'newer-00001-of-00002.gguf'), model = file('llava.gguf')
  const header = Buffer.alloc(24)
  header.write('GGUF', 'latin1')
  header.writeUInt32LE(99, 4)
  writeFileSync(newer, header)
  await expect(originOf({ files: { model: newer, projector: null } }).now()).rejects.toThrow(coded('GGUF_VERSION_UNKNOWN', expect.objectContaining({ path: newer }) as object))
  // Bytes cannot be read from a folder.
  await expect(originOf({ files: { model, projector: folder.path } }).now()).rejects.toThrow(coded('FILE_UNREADABLE', expect.objectContaining({ path: folder.path }) as object))
})

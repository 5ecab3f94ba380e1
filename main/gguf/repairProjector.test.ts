import { copyFileSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { projectorShapes } from '../../bench/synthetic/projector.ts'
import type { ProjectorShape } from '../../bench/synthetic/projector.ts'
import { smallDisk, temporaryFolder } from '../platform/testing.ts'
import { inspectFiles } from './inspectFiles.ts'
import { readGguf } from './readGguf.ts'
import { repairProjector } from './repairProjector.ts'
import { writeProjector, writeTextModel } from './testing/writers.ts'

let folder: ReturnType<typeof temporaryFolder>
const at = (name: string) => join(folder.path, name)
beforeEach(() => (folder = temporaryFolder()))
afterEach(() => folder.remove())

const guessable = { 'clip.has_vision_encoder': null, 'clip.vision.projection_dim': null, 'clip.vision.image_mean': null, 'clip.vision.image_std': { type: 'f32[]', value: [1] } } as const

/** The bytes of all tensors, with those between them. */
async function tensorData(path: string): Promise<Buffer> {
  return readFileSync(path).subarray((await readGguf(path, 'projector')).header.dataStart)
}

describe('repairProjector', () => {
  it.each<[what: string, changes: Partial<ProjectorShape>, layer: number]>([
    ['of two layers without a type', { projectorType: false }, 1],
    ['of one layer without a type', { projectorType: false, kind: 'linear' }, 1],
    ['that calls itself linear', { kind: 'linear', entries: { 'clip.projector_type': { type: 'string', value: 'linear' } } }, 1],
    ['with an empty type', { entries: { 'clip.projector_type': { type: 'string', value: '' } } }, 1],
    ['without keys that had one value in all of them', { entries: guessable }, 1],
    ['without those and a type', { entries: guessable, projectorType: false }, 1],
    ['of a whole tower', { projectorType: false, blocks: 24 }, 23],
    ['of a whole tower without a class token', { projectorType: false, blocks: 24, classToken: false }, 24],
    ['that names the block to read', { projectorType: false, blocks: 3, featureLayer: [2] }, 2],
  ])('makes a copy of a projector %s that lacks nothing', async (_, changes, layer) => {
    const original = at('mmproj-model-f16.gguf')
    writeProjector(original, changes)
    writeTextModel(at('model.gguf'))
    const before = readFileSync(original)
    const path = await repairProjector(original)
    expect(path).toBe(at('mmproj-model-f16.repaired.gguf'))
    expect(readFileSync(original).equals(before)).toBe(true)
    expect((await inspectFiles({ model: at('model.gguf'), projector: path })).findings).toEqual([])
    expect((await tensorData(path)).equals(await tensorData(original))).toBe(true)
    const [old, repaired] = [(await readGguf(original, 'projector')).header, (await readGguf(path, 'projector')).header]
    expect([...repaired.tensors]).toEqual([...old.tensors])
    // What the same projector has when nothing is missing, and the block.
    writeProjector(at('whole.gguf'), { ...changes, entries: {}, projectorType: true, featureLayer: [layer] })
    const whole = (await readGguf(at('whole.gguf'), 'projector')).header
    expect(Object.fromEntries(repaired.metadata)).toEqual(Object.fromEntries(whole.metadata))
    for (const [key, { type }] of whole.entries) expect(repaired.entries.get(key)?.type).toBe(type)
    expect(readdirSync(folder.path).sort()).toEqual(['mmproj-model-f16.gguf', 'mmproj-model-f16.repaired.gguf', 'model.gguf', 'whole.gguf'])
  })

  it('never writes over a file', async () => {
    writeProjector(at('a.gguf'), { projectorType: false })
    writeFileSync(at('a.repaired.gguf'), 'theirs')
    const paths = await Promise.all([repairProjector(at('a.gguf')), repairProjector(at('a.gguf'))])
    expect(paths.sort()).toEqual([at('a.repaired-2.gguf'), at('a.repaired-3.gguf')])
    expect(readFileSync(at('a.repaired.gguf'), 'utf8')).toBe('theirs')
    expect(readFileSync(paths[0]).equals(readFileSync(paths[1]))).toBe(true)
  })

  it('leaves alone what lacks nothing, and says what cannot be repaired', async () => {
    writeProjector(at('whole.gguf'))
    expect(await repairProjector(at('whole.gguf'))).toBe(at('whole.gguf'))
    writeProjector(at('sizes.gguf'), { entries: { 'clip.vision.image_size': null } })
    await expect(repairProjector(at('sizes.gguf'))).rejects.toThrow(expect.objectContaining({ code: 'PROJECTOR_INCOMPLETE', params: { path: at('sizes.gguf'), keys: 'clip.vision.image_size' } }))
    writeProjector(at('other.gguf'), { entries: { ...guessable, 'clip.projector_type': { type: 'string', value: 'gemma3' } } })
    await expect(repairProjector(at('other.gguf'))).rejects.toThrow(expect.objectContaining({ code: 'PROJECTOR_INCOMPLETE' }))
    writeTextModel(at('model.gguf'))
    await expect(repairProjector(at('model.gguf'))).rejects.toThrow(expect.objectContaining({ code: 'PROJECTOR_IS_MODEL' }))
    await expect(repairProjector(at('none.gguf'))).rejects.toThrow(expect.objectContaining({ code: 'PROJECTOR_MISSING' }))
    expect(readdirSync(folder.path).some((name) => name.includes('repaired'))).toBe(false)
  })

  it('says that the disk is full or the folder cannot be written, and leaves nothing behind', async (context) => {
    writeProjector(at('a.gguf'), { projectorType: false })
    const disk = smallDisk(Math.ceil(statSync(at('a.gguf')).size / 1024) + 16)
    if ('reason' in disk) return context.skip(disk.reason)
    try {
      copyFileSync(at('a.gguf'), join(disk.path, 'a.gguf'))
      await expect(repairProjector(join(disk.path, 'a.gguf'))).rejects.toThrow(expect.objectContaining({ code: 'DISK_FULL', params: { path: join(disk.path, 'a.repaired.gguf') } }))
      expect(readdirSync(disk.path)).toEqual(['a.gguf'])
      disk.readOnly(true)
      await expect(repairProjector(join(disk.path, 'a.gguf'))).rejects.toThrow(expect.objectContaining({ code: 'FOLDER_NOT_WRITABLE' }))
    } finally {
      disk.remove()
    }
  })

  it('copies a file much larger than the memory it takes', async () => {
    // Nearly all of it is the second layer.
    const path = at('large.gguf')
    writeProjector(path, { ...projectorShapes['7b'], blocks: 1, projectorType: false, output: 8192 })
    const { size } = statSync(path)
    const before = process.memoryUsage().rss
    let most = before
    const sampling = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 1)
    const repaired = await repairProjector(path)
    clearInterval(sampling)
    expect(size).toBeGreaterThan(128 * 1024 * 1024)
    expect(most - before).toBeLessThan(size / 3)
    expect((await tensorData(repaired)).equals(await tensorData(path))).toBe(true)
  })
})

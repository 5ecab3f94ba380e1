import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeAdapter, writeModelHeader } from '../../bench/synthetic/broken.ts'
import { Random } from '../../bench/synthetic/random.ts'
import { inspection } from '../contract/domains/library.ts'
import { AppError } from '../contract/errors/AppError.ts'
import { checkFiles } from './checkFiles.ts'
import { inspectFiles } from './inspectFiles.ts'
import { readGguf } from './readGguf.ts'
import { mutate } from './testing/mutate.ts'
import { width, writeProjector, writeTextModel, writeTextModelParts } from './testing/writers.ts'

const seed = Date.now() >>> 0
const mutations = 10_000

describe('damaged headers', () => {
  let root = ''
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'mutations-'))
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  /** Files to damage, each in a folder of its own, where it lies beside what it is judged with. */
  const bases: readonly { name: string; write: (path: string) => void; asProjector?: true }[] = [
    { name: 'model.gguf', write: (path) => writeTextModel(path) },
    { name: 'qwen.gguf', write: (path) => writeModelHeader(path, { architecture: 'qwen2vl', name: 'x', width, entries: { 'general.tags': { type: 'string[]', value: ['image-text-to-text', 'chat'] } } }) },
    { name: 'part-00001-of-00002.gguf', write: (path) => void writeTextModelParts(path.replace('-00001-of-00002.gguf', ''), 2) },
    { name: 'adapter.gguf', write: (path) => writeAdapter(path, width) },
    { name: 'mmproj.gguf', write: (path) => writeProjector(path), asProjector: true },
    { name: 'old.gguf', write: (path) => writeProjector(path, { kind: 'linear', projectorType: false }), asProjector: true },
    { name: 'tiles.gguf', write: (path) => writeProjector(path, { featureLayer: [1], entries: { 'clip.vision.image_grid_pinpoints': { type: 'i32[]', value: [28, 56] } } }), asProjector: true },
  ]

  it(`end as findings, ${mutations} of them (seed ${seed})`, async () => {
    const random = new Random(seed)
    const files = await Promise.all(
      bases.map(async ({ name, write, asProjector }, index) => {
        const folder = join(root, String(index))
        mkdirSync(folder)
        const [path, other] = [join(folder, name), join(folder, 'other.gguf')]
        write(path)
        if (asProjector === true) writeModelHeader(other, { architecture: 'llama', name: 'llava', width })
        else writeProjector(other)
        return { path, files: asProjector === true ? { model: other, projector: path } : { model: path, projector: random.below(2) === 0 ? other : null }, whole: readFileSync(path), end: (await readGguf(path, 'model')).header.dataStart }
      }),
    )
    const largest = Math.max(...files.map(({ whole }) => whole.length))
    const reads = await watchReads(files[0]!.path)
    const codes = new Map<string, number>()
    const before = process.memoryUsage().rss
    for (let index = 0; index < mutations; index++) {
      const base = files[index % files.length]!
      writeFileSync(base.path, mutate(base.whole, base.end, random))
      const found = await inspectFiles(base.files)
      expect(inspection.safeParse(found).success, `mutation ${index}: a finding that is none`).toBe(true)
      const [error] = found.findings.filter(({ severity }) => severity === 'error')
      codes.set(error?.problem.code ?? 'none', (codes.get(error?.problem.code ?? 'none') ?? 0) + 1)
      // The same judgement stands behind both; now and then is enough.
      if (index % 10 !== 0) continue
      const refused: unknown = await checkFiles(base.files).then(() => null, (thrown: unknown) => (thrown instanceof AppError ? thrown.code : thrown))
      expect(refused, `mutation ${index}: the engine's check disagrees`).toBe(error?.problem.code ?? null)
    }
    // Nothing is read or made room for that the files do not hold.
    expect(reads.longest).toBeLessThanOrEqual(largest)
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1024 * 1024)
    // The damage is of every kind, and not all of it shows in a header.
    for (const code of ['none', 'MODEL_NOT_GGUF', 'MODEL_DAMAGED', 'MODEL_IS_ADAPTER', 'GGUF_VERSION_UNKNOWN', 'PROJECTOR_DAMAGED', 'PROJECTOR_INCOMPLETE']) expect(codes.get(code) ?? 0, code).toBeGreaterThan(0)
  }, 120_000)
})

/** Watches how many bytes are asked of any file at once. */
async function watchReads(anyFile: string): Promise<{ longest: number }> {
  const handle = await open(anyFile, 'r')
  const prototype = Object.getPrototypeOf(handle) as { read: (this: FileHandle, buffer: Buffer, ...rest: unknown[]) => unknown }
  await handle.close()
  const watched = { longest: 0 }
  const { read } = prototype
  prototype.read = function (buffer, ...rest) {
    watched.longest = Math.max(watched.longest, buffer.length)
    return read.call(this, buffer, ...rest)
  }
  return watched
}

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeAdapter } from '../../../../bench/synthetic/adapter.ts'
import { writeInFullPrecision } from '../../../../bench/synthetic/inFullPrecision.ts'
import type { NativeAdapter, NativeBinding, NativeContext, NativeContextOptions, NativeEmbeddings, NativeModel } from '../../native/binding.d.ts'
import { CONTEXT, DEMO_MODEL, loadBinding, loadDemoProjector, readSample } from '../../native/testing.ts'
import { temporaryFolder } from '../../../platform/testing.ts'
import { writePpm } from '../pictures/ppm.ts'
import { sliceEmbeddings } from '../scheduler/items.ts'

/** Files among the samples. */
const files = ['receipt-1.png', 'invoice-2.png', 'shapes-1.png']
/** Rows of a picture that are kept, so that several fit into a cache of a few hundred cells. */
const rows = 24
/** Weights that the adapter changes, strongly enough for other answers. */
const adapted = { rank: 4, alpha: 8, strength: 0.5, weights: ['blk.0.attn_q.weight', 'blk.1.attn_v.weight'] }

/** The demo model in full precision, so that a wrong cell is told from rounding; an adapter for it, and the beginnings of some sample pictures' embeddings. */
export interface RealSetup {
  readonly binding: NativeBinding
  readonly model: NativeModel
  readonly adapter: NativeAdapter
  /** By key; each has a file `<key>.ppm` in `folder`, whose first byte is its place in the order of the keys. */
  readonly pictures: ReadonlyMap<string, NativeEmbeddings>
  readonly folder: string
  createContext(options: Partial<NativeContextOptions>): Promise<NativeContext>
  dispose(): Promise<void>
}

/** Loads the demo model and computes its pictures; takes some seconds. The caller disposes of it. */
export async function realSetup(): Promise<RealSetup> {
  const folder = temporaryFolder()
  const binding = await loadBinding()
  const precise = join(folder.path, 'demo.gguf')
  writeInFullPrecision(precise, DEMO_MODEL)
  const model = await binding.loadModel(precise, { gpuLayers: 0, useMmap: false, devices: 'none' }, () => undefined).done
  rmSync(precise)
  const projector = await loadDemoProjector(binding, model)
  const pictures = new Map<string, NativeEmbeddings>()
  for (const [index, file] of files.entries()) {
    const { rgb, width, height } = await readSample(file)
    const embeddings = await projector.encode(rgb, width, height)
    pictures.set(file, sliceEmbeddings(embeddings, 200, 200 + rows))
    await writePpm(join(folder.path, `${file}.ppm`), { rgb: Uint8Array.of(index, 0, 0), width: 1, height: 1 })
  }
  await projector.dispose()
  const path = join(folder.path, 'adapter.gguf')
  writeAdapter(path, DEMO_MODEL, adapted)
  const adapter = await binding.loadAdapter(path, model)
  rmSync(path)
  return {
    binding,
    model,
    adapter,
    pictures,
    folder: folder.path,
    // One thread: for so small a model a second one only waits.
    createContext: async (options) => await binding.createContext(model, { ...CONTEXT, threads: 1, kvType: 'f32', flashAttention: false, ...options }),
    dispose: async () => {
      await adapter.dispose()
      await model.dispose()
      folder.remove()
    },
  }
}

import { stat } from 'node:fs/promises'
import type { LoadRequest, Measurement, MeasureRequest } from '../../protocol.ts'
import type { NativeMemory } from '../../native/binding.d.ts'
import { checkAdapter } from '../adapters/checkAdapter.ts'
import type { Libraries } from '../binding/loadLibraries.ts'
import type { CheckedFiles } from '../../../gguf/checkFiles.ts'
import { loadError } from './loadError.ts'
import { freeMemory } from './freeMemory.ts'
import { contextOptions, modelOptions, planLoad } from './nativeOptions.ts'

/** What loading checked files would take. Rejects `MODEL_UNSUPPORTED`, `MODEL_LOAD_FAILED`, `ADAPTER_*`. */
export async function measureLoad(libraries: Libraries, files: CheckedFiles, options: MeasureRequest): Promise<Measurement> {
  const plan = planLoad(libraries, files, options, options.comingFree)
  const adapters = await adapterBytes(files, options)
  const wanted = { ...modelOptions(libraries, plan), context: contextOptions(plan), projectorOnGpu: plan.projectorOnGpu }
  const measuring = libraries.binding.measure(files.model.path, files.projector?.path ?? null, wanted).catch((error: unknown) => Promise.reject(loadError(error, files.model.path)))
  const { result: memories, resident } = await watchResident(measuring)
  const { contextSize, cells, gpuLayers, layers, projectorOnGpu, kvType, threads } = plan
  return {
    backend: libraries.backend,
    device: libraries.device?.description ?? null,
    plan: { contextSize, cells, gpuLayers, layers, projectorOnGpu, kvType, threads },
    places: memories.map(placeOf),
    adapters,
    process: resident,
  }
}

/** Milliseconds; a measurement takes tens of them. */
const lookEvery = 2

/**
 * What `work` ends with, and the most that the process took meanwhile, in bytes. While it is measured a model has its vocabulary
 * and its graphs, megabytes that no breakdown counts and that a load keeps; its weights and caches are not there yet.
 */
async function watchResident<T>(work: Promise<T>): Promise<{ result: T; resident: number }> {
  let resident = 0
  const look = () => {
    resident = Math.max(resident, process.memoryUsage.rss())
  }
  const timer = setInterval(look, lookEvery)
  try {
    const result = await work
    look()
    return { result, resident }
  } finally {
    clearInterval(timer)
  }
}

async function adapterBytes({ model }: CheckedFiles, { adapters }: LoadRequest): Promise<number> {
  let bytes = 0
  for (const path of new Set(adapters.map((adapter) => adapter.path))) {
    await checkAdapter(path, model)
    bytes += (await stat(path)).size
  }
  return bytes
}

function placeOf(memory: NativeMemory): Measurement['places'][number] {
  const { name, description, type, totalBytes, freeBytes, weightBytes, mappedBytes, kvBytes, computeBytes, projectorBytes, encodeBytes } = memory
  const isCpu = type === 'cpu'
  return {
    name,
    description,
    type,
    totalBytes,
    freeBytes: isCpu ? freeMemory() : freeBytes,
    weights: weightBytes,
    mapped: mappedBytes,
    // Weights laid out anew lie in the file between those used in place, so the mapping keeps their pages.
    copied: isCpu && mappedBytes > 0 ? weightBytes : 0,
    kv: kvBytes,
    compute: computeBytes,
    projector: projectorBytes,
    encode: encodeBytes,
  }
}

import { totalmem } from 'node:os'
import { AppError } from '../../../contract/errors/AppError.ts'
import type { LoadRequest, MeasureRequest } from '../../protocol.ts'
import type { NativeContextOptions } from '../../native/binding.d.ts'
import type { Libraries } from '../binding/loadLibraries.ts'
import type { CheckedFiles } from '../../../gguf/checkFiles.ts'
import { architectureOf } from '../../../gguf/model.ts'
import { freeMemory } from './freeMemory.ts'
import { planContext } from './planContext.ts'
import type { ContextPlan } from './planContext.ts'

/** llama.cpp's default micro-batch; a batch holds a prompt chunk of that size and a token of every other request. */
const microBatchSize = 512
const batchSize = 1024

/**
 * How these files will be laid out here. `comingFree`: bytes that come free on each device, by its name, before the load.
 * Throws `MODEL_UNSUPPORTED` for an architecture the libraries do not know.
 */
export function planLoad({ llamaCpp, device, binding }: Libraries, files: CheckedFiles, options: LoadRequest, comingFree: MeasureRequest['comingFree'] = {}): ContextPlan {
  const architecture = architectureOf(files.model.header)
  if (!llamaCpp.knowsArchitecture(architecture)) throw new AppError('MODEL_UNSUPPORTED', { path: files.model.path, architecture })
  const freed = (name = '') => comingFree[name] ?? 0
  const cpu = binding.systemInfo().devices.find(({ type }) => type === 'cpu')
  return planContext(files, options, {
    device: device === null ? null : { ...device, freeBytes: device.freeBytes + freed(device.name) },
    cores: llamaCpp.mathCores,
    freeBytes: freeMemory() + freed(cpu?.name),
    totalBytes: totalmem(),
  })
}

/** A load and a measurement of it ask for the same. */
export function modelOptions(libraries: Libraries, plan: ContextPlan): { gpuLayers: number; useMmap: boolean; devices: 'all' | 'none' } {
  return { gpuLayers: plan.gpuLayers, useMmap: true, devices: libraries.device === null ? 'none' : 'all' }
}

/** The same of a context. */
export function contextOptions({ cells, sequences, threads, kvType }: ContextPlan): NativeContextOptions {
  return { contextSize: cells, batchSize, microBatchSize, sequences, threads, flashAttention: true, kvType }
}

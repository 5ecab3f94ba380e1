import { totalmem } from 'node:os'
import type { LoadOptions } from '../../protocol.ts'
import type { NativeDevice } from '../../native/binding.d.ts'
import type { CheckedFiles } from '../../../gguf/checkFiles.ts'
import { numberAt, textAt } from '../../../gguf/ggufHeader.ts'
import { kvBytesPerToken } from '../../../gguf/memory.ts'

/** How a model is laid out in memory. */
export interface ContextPlan {
  /** Most tokens of one conversation. */
  readonly contextSize: number
  /** KV cells of all conversations together; at least `contextSize`. */
  readonly cells: number
  /** Requests evaluated in the same decode steps. */
  readonly maxActive: number
  /** Sequences: the active ones, and idle ones kept for their prefixes. */
  readonly sequences: number
  readonly gpuLayers: number
  readonly threads: number
}

/** Vicuna-1.5's own context; more would only take memory from those who do not ask for it. */
const usualContext = 4096
const gibibyte = 1024 ** 3
/** llama.cpp's compute buffers for a micro-batch of 512, with room for the projector's. */
const computeBytes = gibibyte

/**
 * Weights that keep one thread busy. ggml's threads meet after every operation and spin until all are there: for a model
 * smaller than this, a second thread costs more than it brings, and very much more on a machine that is busy (measured with the
 * demo model on two busy cores: 10 s an answer with two threads, 0.1 s with one).
 */
const bytesPerThread = 32 * 1024 * 1024

/**
 * Chooses context, cells and layers. Cells for several conversations at once where memory is plentiful (a tenth of it, or
 * what is left on the graphics device), for one at a time where it is not: requests then wait for each other.
 * `cores`: those that help with arithmetic.
 */
export function planContext(files: CheckedFiles, options: LoadOptions, device: NativeDevice | null, cores: number): ContextPlan {
  const { header, bytes } = files.model
  const architecture = textAt(header.metadata, 'general.architecture') ?? ''
  const trained = numberAt(header.metadata, `${architecture}.context_length`) ?? usualContext
  const contextSize = Math.min(options.contextSize ?? usualContext, trained)
  const bytesPerContext = kvBytesPerToken(header) * contextSize
  const free = device === null ? 0 : device.freeBytes - computeBytes - (files.projector?.bytes ?? 0)
  const layers = (numberAt(header.metadata, `${architecture}.block_count`) ?? 32) + 1
  const fitting = Math.max(0, Math.min(layers, Math.floor(((free - bytesPerContext) / bytes) * layers)))
  const gpuLayers = device === null ? 0 : Math.min(options.gpuLayers ?? fitting, layers)
  const spare = gpuLayers === layers ? (free - bytes) / 2 : Math.min(totalmem() / 10, 2 * gibibyte)
  const maxActive = device === null ? 4 : 8
  const conversations = Math.max(1, Math.min(maxActive, Math.floor(spare / bytesPerContext)))
  const threads = options.threads ?? Math.max(1, Math.min(cores, Math.ceil(bytes / bytesPerThread)))
  return { contextSize, cells: contextSize * conversations, maxActive, sequences: maxActive * 4, gpuLayers, threads }
}

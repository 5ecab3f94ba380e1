import type { KvType } from '../../../contract/domains/model.ts'
import type { LoadRequest } from '../../protocol.ts'
import type { NativeDevice } from '../../native/binding.d.ts'
import type { CheckedFiles } from '../../../gguf/checkFiles.ts'
import { numberAt } from '../../../gguf/ggufHeader.ts'
import type { GgufHeader } from '../../../gguf/ggufHeader.ts'
import { kvBytesPerToken } from '../../../gguf/memory.ts'
import { architectureOf } from '../../../gguf/model.ts'
import { projectorFacts } from '../../../gguf/projector.ts'

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
  /** All layers, the output layer among them. */
  readonly layers: number
  readonly projectorOnGpu: boolean
  readonly kvType: KvType
  readonly threads: number
}

/** What there is to plan with. */
export interface Machine {
  /** The graphics device that serves; null on the CPU. */
  readonly device: NativeDevice | null
  /** Those that help with arithmetic. */
  readonly cores: number
  /** Main memory: what the process may still take, and all there is. */
  readonly freeBytes: number
  readonly totalBytes: number
}

/** What can be chosen to make a model fit. */
interface Layout {
  readonly contextSize: number
  readonly kvType: KvType
  /** Null: where the layers are. */
  readonly projectorOnGpu: boolean | null
}

/** Vicuna-1.5's own context; more would only take memory from those who do not ask for it. */
const usualContext = 4096
/** Where memory is short: still two pictures of LLaVA-1.5 with questions and answers. */
const shortContext = 2048
/** Projectors whose pictures take few tokens, whatever their size; others may need more than a short context for a single one. */
const modestProjectors: ReadonlySet<string> = new Set(['mlp', 'ldp', 'ldpv2', 'gemma3'])
const gibibyte = 1024 ** 3
/** llama.cpp's compute buffers for a micro-batch of 512 on a graphics device, with room for the projector's. */
const computeBytes = gibibyte
/** The same in main memory; those of small models are small. */
const cpuComputeBytes = gibibyte / 2
/** Numbers that q8_0 keeps together: llama.cpp refuses it for heads of another width. */
const blockOfQ8 = 32

/**
 * Weights that keep one thread busy. ggml's threads meet after every operation and spin until all are there: for a model
 * smaller than this, a second thread costs more than it brings, and very much more on a machine that is busy (measured with the
 * demo model on two busy cores: 10 s an answer with two threads, 0.1 s with one).
 */
const bytesPerThread = 32 * 1024 * 1024

/**
 * Chooses what the options leave open: context and KV type, layers, projector placement and cells. Cells for several
 * conversations at once where memory is plentiful (a tenth of it, or what is left on the graphics device), for one at a time
 * where it is not: requests then wait for each other.
 */
export function planContext(files: CheckedFiles, options: LoadRequest, machine: Machine): ContextPlan {
  const { bytes } = files.model
  const { device, cores } = machine
  const layers = layersOf(files)
  const layout = chooseLayout(files, options, machine)
  const { contextSize, kvType } = layout
  const gpuLayers = device === null ? 0 : Math.min(options.gpuLayers ?? layersWithRoom(files, layout, device), layers)
  const spare = gpuLayers === layers && device !== null ? (roomOn(device, files, layout) - bytes) / 2 : spareMemory(files, machine)
  const maxActive = device === null ? 4 : 8
  const conversations = Math.max(1, Math.min(maxActive, Math.floor(spare / kvBytes(files, layout))))
  const threads = options.threads ?? Math.max(1, Math.min(cores, Math.ceil(bytes / bytesPerThread)))
  const projectorOnGpu = device !== null && (layout.projectorOnGpu ?? gpuLayers > 0)
  return { contextSize, cells: contextSize * conversations, maxActive, sequences: maxActive * 4, gpuLayers, layers, projectorOnGpu, kvType, threads }
}

/**
 * The first layout that fits, from what serves best to what takes least. Where none does, a graphics device gets fewer layers, as
 * half the precision would not bring all of them there; on the CPU the least is taken, since weights that do not fit are read
 * from the file again and again, and the KV cache cannot be.
 */
function chooseLayout(files: CheckedFiles, options: LoadRequest, { device, freeBytes }: Machine): Layout {
  const wantedLayers = Math.min(options.gpuLayers ?? Infinity, layersOf(files))
  const sizes = sizesToTry(files, options)
  const [best, ...smaller] = sizes.map((size): Layout => ({ ...size, projectorOnGpu: options.projectorOnGpu }))
  if (best === undefined) throw new Error('no layout to try')
  if (device === null || wantedLayers === 0) {
    return [best, ...smaller].find((layout) => memoryWithout(files, freeBytes) >= kvBytes(files, layout)) ?? smaller.at(-1) ?? best
  }
  const offTheCard = options.projectorOnGpu === null && files.projector !== null ? sizes.map((size): Layout => ({ ...size, projectorOnGpu: false })) : []
  return [best, ...smaller, ...offTheCard].find((layout) => layersWithRoom(files, layout, device) >= wantedLayers) ?? best
}

/** Contexts and KV types that the options allow, best first. */
function sizesToTry({ model: { header }, projector }: CheckedFiles, options: LoadRequest): Pick<Layout, 'contextSize' | 'kvType'>[] {
  const trained = numberAt(header.metadata, `${architectureOf(header)}.context_length`) ?? usualContext
  const contextSize = Math.min(options.contextSize ?? usualContext, trained)
  const shorter = options.contextSize === null && takesFewTokens(projector) ? Math.min(shortContext, contextSize) : contextSize
  const kvType = options.kvType ?? 'f16'
  const smallerType = options.kvType ?? (canBeHalved(header) ? 'q8_0' : 'f16')
  return [{ contextSize, kvType }, { contextSize, kvType: smallerType }, { contextSize: shorter, kvType: smallerType }]
}

function takesFewTokens(projector: CheckedFiles['projector']): boolean {
  if (projector === null) return true
  const { type, tiles } = projectorFacts(projector)
  return modestProjectors.has(type) && !tiles
}

/** Whether llama.cpp keeps this model's keys and values as q8_0. */
function canBeHalved(header: GgufHeader): boolean {
  const at = (key: string) => numberAt(header.metadata, `${architectureOf(header)}.${key}`)
  const heads = at('attention.head_count')
  const width = heads === undefined ? undefined : (at('embedding_length') ?? 0) / heads
  return [at('attention.key_length') ?? width, at('attention.value_length') ?? width].every((size) => size !== undefined && size > 0 && size % blockOfQ8 === 0)
}

/** All layers, the output layer among them. */
function layersOf({ model: { header } }: CheckedFiles): number {
  return (numberAt(header.metadata, `${architectureOf(header)}.block_count`) ?? 32) + 1
}

/** KV cells of one conversation. */
function kvBytes({ model: { header } }: CheckedFiles, { contextSize, kvType }: Layout): number {
  return kvBytesPerToken(header, kvType) * contextSize
}

/** What a device has for weights and KV cells. */
function roomOn(device: NativeDevice, { projector }: CheckedFiles, { projectorOnGpu }: Layout): number {
  return device.freeBytes - computeBytes - (projectorOnGpu === false ? 0 : (projector?.bytes ?? 0))
}

function layersWithRoom(files: CheckedFiles, layout: Layout, device: NativeDevice): number {
  const layers = layersOf(files)
  const forWeights = roomOn(device, files, layout) - kvBytes(files, layout)
  return Math.max(0, Math.min(layers, Math.floor((forWeights / files.model.bytes) * layers)))
}

/** What main memory has for KV cells when everything else of the model is in it. */
function memoryWithout({ model, projector }: CheckedFiles, freeBytes: number): number {
  const weights = model.bytes + (projector?.bytes ?? 0)
  return freeBytes - weights - Math.min(cpuComputeBytes, weights)
}

/** Main memory that cells of further conversations may take. */
function spareMemory(files: CheckedFiles, { device, freeBytes, totalBytes }: Machine): number {
  const most = Math.min(totalBytes / 10, 2 * gibibyte)
  return device === null ? Math.min(most, memoryWithout(files, freeBytes)) : most
}

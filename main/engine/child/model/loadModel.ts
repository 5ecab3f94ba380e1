import { AppError } from '../../../contract/errors/AppError.ts'
import type { ModelInfo } from '../../../contract/domains/model.ts'
import type { LoadRequest } from '../../protocol.ts'
import type { NativeContext, NativeLoad, NativeModel, NativeProjector } from '../../native/binding.d.ts'
import type { Libraries } from '../binding/loadLibraries.ts'
import type { CheckedFiles } from '../../../gguf/checkFiles.ts'
import { kvBytesPerToken } from '../../../gguf/memory.ts'
import { modelName } from '../../../gguf/model.ts'
import type { CacheFolder } from '../disk/CacheFolder.ts'
import { Cores } from '../Cores.ts'
import { EmbeddingStore } from '../disk/EmbeddingStore.ts'
import { fingerprints } from '../disk/fingerprint.ts'
import type { Fingerprints } from '../disk/fingerprint.ts'
import { keepsWholePast } from '../disk/keepsWholePast.ts'
import { RestoreSpeed } from '../disk/RestoreSpeed.ts'
import { SnapshotStore } from '../disk/SnapshotStore.ts'
import { log } from '../log.ts'
import { EmbeddingCache } from '../pictures/EmbeddingCache.ts'
import { loadError } from './loadError.ts'
import { endsOf } from '../text/chatTemplate.ts'
import { LoadedModel } from './LoadedModel.ts'
import { ThreadMemory } from './ThreadMemory.ts'
import { WarmUp } from './WarmUp.ts'
import type { ModelParts } from './LoadedModel.ts'
import { contextOptions, modelOptions, planLoad } from './nativeOptions.ts'
import type { ContextPlan } from './planContext.ts'

/** What a load needs besides the files. */
export interface LoadJob {
  readonly libraries: Libraries
  readonly files: CheckedFiles
  readonly options: LoadRequest
  /** Where what is computed is kept over restarts; null: nowhere. */
  readonly disk: { readonly folder: CacheFolder; readonly saveAfterMs: number } | null
  /** 0..1 over model and projector, by their sizes. */
  readonly progress: (fraction: number) => void
  readonly signal: AbortSignal
}

/** Loads checked files. On failure or abort everything is freed again. Rejects `MODEL_UNSUPPORTED`, `MODEL_LOAD_FAILED`, `ADAPTER_*`, `OUT_OF_MEMORY`, `ABORTED`. */
export async function loadModel(job: LoadJob): Promise<LoadedModel> {
  const { libraries, files, options } = job
  const plan = planLoad(libraries, files, options)
  const prints = job.disk === null ? null : fingerprints(libraries, files, plan).catch(unknown)
  const opened: { dispose(): Promise<void> }[] = []
  try {
    const model = await openModel(job, plan)
    opened.unshift(model)
    const projector = files.projector === null ? null : await openProjector(job, model, plan)
    if (projector !== null) opened.unshift(projector)
    const context = await openContext(job, model, plan)
    opened.unshift(context)
    const known = await prints
    // See [Note: One computation at a time]. A model that is on a graphics device but for some layers computes here, too.
    const cores = new Cores(!plan.projectorOnGpu && plan.gpuLayers < plan.layers)
    const vision = projector === null ? null : { projector, cache: new EmbeddingCache(projector, shelfOf(job, projector, known), undefined, cores) }
    const info = describe(job, model, projector, plan)
    const ends = endsOf(model, files.model.header.metadata)
    const loaded = new LoadedModel({ binding: libraries.binding, model, ends, vision, context, file: files.model, info, maxActive: plan.maxActive, cores, chats: chatsOf(job, plan, known) })
    opened.splice(0, opened.length, loaded)
    if (options.adapters.length > 0) await loaded.setAdapters(options.adapters, job.signal)
    loaded.warmUp(new WarmUp({ context, vision, onGraphics: libraries.device !== null && plan.gpuLayers > 0, mostThreads: threadsToChoose(job, plan), memory: new ThreadMemory(job.disk?.folder.paths.threads ?? null, speedKey(model)) }))
    return loaded
  } catch (error) {
    for (const part of opened) await part.dispose()
    throw error
  }
}

/** A person's choice stands, and where layers are on a graphics device it matters little. */
function threadsToChoose({ options }: LoadJob, plan: ContextPlan): number | null {
  return options.threads === null && plan.gpuLayers === 0 ? plan.threads : null
}

/** What decides how threads do: the size and kind of the weights. */
function speedKey({ info }: NativeModel): string {
  return `${info.description}, ${info.bytes} bytes`
}

/** Files that nobody can tell from others: what is computed with them is not kept. */
function unknown(error: unknown): null {
  log('warn', `nothing is kept on disk of this model: ${String(error)}`)
  return null
}

function shelfOf({ disk }: LoadJob, projector: NativeProjector, known: Fingerprints | null): EmbeddingStore | null {
  return disk === null || known === null || known.pictures === null ? null : new EmbeddingStore(disk.folder, known.pictures, projector.info.embeddingWidth)
}

function chatsOf({ disk, files }: LoadJob, plan: ContextPlan, known: Fingerprints | null): ModelParts['chats'] {
  const { header } = files.model
  if (disk === null || known === null || !keepsWholePast(header)) return null
  const { folder, saveAfterMs } = disk
  return { store: new SnapshotStore(folder, known.chats), speed: new RestoreSpeed(folder), bytesPerCell: kvBytesPerToken(header, plan.kvType), saveAfterMs }
}

async function openModel({ libraries, files, progress, signal }: LoadJob, plan: ContextPlan): Promise<NativeModel> {
  const share = files.model.bytes / (files.model.bytes + (files.projector?.bytes ?? 0))
  const load = libraries.binding.loadModel(files.model.path, modelOptions(libraries, plan), (fraction) => progress(fraction * share))
  return await settle(load, signal, files.model.path)
}

async function openProjector({ libraries, files, progress, signal }: LoadJob, model: NativeModel, plan: ContextPlan): Promise<NativeProjector> {
  const projector = files.projector ?? files.model
  const share = projector.bytes / (files.model.bytes + projector.bytes)
  const load = libraries.binding.loadProjector(projector.path, model, { useGpu: plan.projectorOnGpu, threads: plan.threads }, (fraction) => progress(1 - share + fraction * share))
  return await settle(load, signal, projector.path)
}

async function openContext({ libraries, files, signal }: LoadJob, model: NativeModel, plan: ContextPlan): Promise<NativeContext> {
  let context: NativeContext
  try {
    context = await libraries.binding.createContext(model, contextOptions(plan))
  } catch (error) {
    throw loadError(error, files.model.path)
  }
  if (!signal.aborted) return context
  await context.dispose()
  throw new AppError('ABORTED')
}

async function settle<T extends { dispose(): Promise<void> }>(load: NativeLoad<T>, signal: AbortSignal, path: string): Promise<T> {
  const abort = () => load.abort()
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  let part: T
  try {
    part = await load.done
  } catch (error) {
    throw loadError(error, path)
  } finally {
    signal.removeEventListener('abort', abort)
  }
  if (!signal.aborted) return part
  await part.dispose()
  throw new AppError('ABORTED')
}

function describe({ libraries, files, options }: LoadJob, model: NativeModel, projector: NativeProjector | null, plan: ContextPlan): ModelInfo {
  return {
    name: modelName(files.model),
    files: options.files,
    adapters: [],
    isDemo: options.isDemo,
    architecture: model.info.architecture,
    // llama.cpp's description is architecture, size and quantisation: "llama 7B Q4_K - Medium".
    quantisation: model.info.description.split(' ').slice(2).join(' '),
    parameters: model.info.parameters,
    contextSize: plan.contextSize,
    vision: projector !== null,
    tokensPerImage: projector?.info.tokensPerImage ?? null,
    imageSide: projector === null || projector.info.preparation === 'libmtmd' ? null : projector.info.imageSize,
    backend: libraries.backend,
    device: libraries.device?.description ?? null,
    gpuLayers: plan.gpuLayers,
    layers: model.info.layers + 1,
    projectorOnGpu: plan.projectorOnGpu,
    kvType: plan.kvType,
    backendNote: '',
    steppedDown: null,
  }
}

import * as z from 'zod'
import { promptTemplates } from '../promptTemplates.ts'
import { repository, slug } from './catalogue.ts'
import { errorData, id } from './chat.ts'
import { adapter, backends, kvTypes, modelFiles } from './model.ts'

export { adapter } from './model.ts'
export type { Adapter } from './model.ts'

/** A model the app has at hand: files that were downloaded, or that the person pointed to (never copied). */
export const installedModel = z.object({
  id,
  name: z.string().min(1).max(200),
  files: modelFiles,
  adapters: z.array(adapter),
  /** Null: chosen from what the file says. */
  template: z.enum(promptTemplates).nullable(),
  source: z.enum(['download', 'import']),
  catalogue: z.object({ model: slug, variant: slug }).nullable(),
  repository: repository.nullable(),
  /** Bytes of all files that are there. */
  bytes: z.number().int(),
  /** Paths that lead nowhere now: a disk that is not plugged in, a file that was moved. */
  missing: z.array(z.string()),
  addedAt: z.number().int(),
})
export type InstalledModel = z.infer<typeof installedModel>

/** A file that was named, or that looked like a model, and why it is none. */
export const refusedFile = z.object({ path: z.string(), problem: errorData })
export type RefusedFile = z.infer<typeof refusedFile>

/** What a language model's header says. Counts in tokens, elements and bytes. */
export const modelFacts = z.object({
  path: z.string(),
  name: z.string(),
  architecture: z.string(),
  /** E.g. "Q4_K_M". */
  quantisation: z.string(),
  parameters: z.number(),
  contextLength: z.number().int().nullable(),
  embeddingWidth: z.number().int().nullable(),
  layers: z.number().int().nullable(),
  hasTemplate: z.boolean(),
  bytes: z.number(),
})
export type ModelFacts = z.infer<typeof modelFacts>

/** What a projector's header says. */
export const projectorFacts = z.object({
  path: z.string(),
  /** libmtmd's name of the type; "linear" for one layer without activation. */
  type: z.string(),
  imageSize: z.number().int().nullable(),
  patchSize: z.number().int().nullable(),
  /** Width of the vectors it makes; null where the header does not say. */
  outputWidth: z.number().int().nullable(),
  /** Whether large pictures are cut into tiles (LLaVA-1.6). */
  tiles: z.boolean(),
  bytes: z.number(),
})
export type ProjectorFacts = z.infer<typeof projectorFacts>

/** What one press can do about a finding. */
export const remedies = ['fetchProjector', 'loadWithoutVision', 'repair', 'swapFiles', 'useProjector', 'downloadAgain', 'chooseProjector', 'chooseModel'] as const
export type Remedy = (typeof remedies)[number]

/** One thing to know about a pair of files before it is loaded. `error`: it cannot be loaded as it is. */
export const finding = z.object({
  severity: z.enum(['error', 'warning', 'info']),
  problem: errorData,
  /** Best first; empty where nothing helps. */
  remedies: z.array(z.enum(remedies)),
  /** A projector beside the model that fits; given with `useProjector`. */
  projector: z.string().nullable(),
})
export type Finding = z.infer<typeof finding>

/** A pair of files, judged by their headers alone. */
export const inspection = z.object({
  model: modelFacts.nullable(),
  projector: projectorFacts.nullable(),
  findings: z.array(finding),
  loadable: z.boolean(),
})
export type Inspection = z.infer<typeof inspection>

/** What a person may decide about a load; null leaves it to the app. */
export const planChoices = z.object({
  backend: z.enum(['auto', ...backends]),
  contextSize: z.number().int().min(512).max(131072).nullable(),
  gpuLayers: z.number().int().min(0).max(1000).nullable(),
  projectorOnGpu: z.boolean().nullable(),
  kvType: z.enum(kvTypes).nullable(),
})
export type PlanChoices = z.infer<typeof planChoices>

/** Bytes a load takes in one kind of memory. */
export const memoryParts = z.object({
  weights: z.number(),
  projector: z.number(),
  kv: z.number(),
  compute: z.number(),
  /** What encoding a picture takes for a moment. */
  encode: z.number(),
  /** The engine process itself and what its libraries keep. */
  process: z.number(),
})
export type MemoryParts = z.infer<typeof memoryParts>

export const memoryPlace = z.object({
  kind: z.enum(['gpu', 'ram']),
  /** Name of the device; empty for the machine's own memory. */
  name: z.string(),
  totalBytes: z.number(),
  freeBytes: z.number(),
  parts: memoryParts,
  neededBytes: z.number(),
})
export type MemoryPlace = z.infer<typeof memoryPlace>

/** A kind of memory as it stands now. */
export const memoryNow = memoryPlace.pick({ kind: true, name: true, totalBytes: true, freeBytes: true })
export type MemoryNow = z.infer<typeof memoryNow>

/** What the engine process holds now, and what is free around it. */
export const memoryReading = z.object({
  /** Resident memory of the engine process, pages of the model's mapped file among it. Null while no model is loaded. */
  engineBytes: z.number().nullable(),
  places: z.array(memoryNow),
})
export type MemoryReading = z.infer<typeof memoryReading>

/**
 * What loading a pair of files would take here. `fits`: with room to spare. `tight`: it should work, little is left.
 * `partly`: some layers stay on the CPU. `cpu`: no graphics device takes part. `tooLarge`: it would not work.
 */
export const plan = z.object({
  verdict: z.enum(['fits', 'tight', 'partly', 'cpu', 'tooLarge']),
  places: z.array(memoryPlace),
  chosen: z.object({
    backend: z.enum(backends),
    device: z.string().nullable(),
    gpuLayers: z.number().int(),
    layers: z.number().int(),
    projectorOnGpu: z.boolean(),
    contextSize: z.number().int(),
    kvType: z.enum(kvTypes),
    /** Conversations of the full length whose KV cells fit at the same time. */
    conversations: z.number().int(),
  }),
  /** Why this backend and not another; empty where there is nothing to say. */
  note: z.string(),
})
export type Plan = z.infer<typeof plan>

import * as z from 'zod'
import { errorData } from './chat.ts'

/** Where a model runs. */
export const backends = ['cpu', 'vulkan', 'cuda', 'metal'] as const
export type Backend = (typeof backends)[number]

/** What a KV cache is kept as: full precision, or half the size with answers that hardly differ. */
export const kvTypes = ['f16', 'q8_0'] as const
export type KvType = (typeof kvTypes)[number]

/** A language model file and its projector; `projector` null loads it without vision. */
export const modelFiles = z.object({
  model: z.string().min(1).max(4096),
  projector: z.string().min(1).max(4096).nullable(),
})
export type ModelFiles = z.infer<typeof modelFiles>

/** A LoRA adapter on top of a model; `scale` multiplies its effect, 0 turns it off. */
export const adapter = z.object({ path: z.string().min(1).max(4096), scale: z.number().min(-8).max(8) })
export type Adapter = z.infer<typeof adapter>

/** What a load was cut down to, when in full it found no memory. Remembered for this machine until it is tried in full again. */
export const steppedDown = z.object({ contextSize: z.number().int(), gpuLayers: z.number().int(), kvType: z.enum(kvTypes) })
export type SteppedDown = z.infer<typeof steppedDown>

export const modelInfo = z.object({
  /** Name for people: `general.name`, else the file's name. */
  name: z.string(),
  files: modelFiles,
  /** In effect now, in the order given. */
  adapters: z.array(adapter),
  isDemo: z.boolean(),
  architecture: z.string(),
  /** E.g. "Q4_K - Medium". */
  quantisation: z.string(),
  parameters: z.number(),
  /** Tokens the loaded context holds. */
  contextSize: z.number().int(),
  vision: z.boolean(),
  /** Prompt tokens a picture costs; null without vision or where it depends on the picture. */
  tokensPerImage: z.number().int().nullable(),
  /** Side in pixels of the square that it sees of a picture (of one with tiles: of each); null without vision or where there is no such square. */
  imageSide: z.number().int().nullable(),
  backend: z.enum(backends),
  /** Name of the device, e.g. the graphics card; null on the CPU. */
  device: z.string().nullable(),
  /** Model layers on the GPU, and layers in all. */
  gpuLayers: z.number().int(),
  layers: z.number().int(),
  projectorOnGpu: z.boolean(),
  kvType: z.enum(kvTypes),
  /** Why this backend serves where another was wanted, for the curious; empty where there is nothing to say. */
  backendNote: z.string(),
  /** Null: loaded as planned. */
  steppedDown: steppedDown.nullable().default(null),
})
export type ModelInfo = z.infer<typeof modelInfo>

export const engineStatus = z.discriminatedUnion('state', [
  z.object({ state: z.literal('none') }),
  z.object({
    state: z.literal('loading'),
    files: modelFiles,
    isDemo: z.boolean(),
    name: z.string(),
    /** 0..1 */
    fraction: z.number(),
  }),
  z.object({ state: z.literal('ready'), info: modelInfo }),
  /** Nobody asked for a while, so its memory was given back; the next question loads it again. */
  z.object({ state: z.literal('resting'), files: modelFiles, isDemo: z.boolean(), name: z.string() }),
  z.object({ state: z.literal('failed'), files: modelFiles.nullable(), error: errorData }),
])
export type EngineStatus = z.infer<typeof engineStatus>

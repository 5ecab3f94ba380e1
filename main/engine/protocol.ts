import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { adapter, backends, kvTypes, modelFiles, modelInfo } from '../contract/domains/model.ts'

/**
 * What the services ask of the engine process. Control goes through these calls; pixels and embeddings go through
 * files (see `picture`), so that no large buffer is copied through a message.
 */

/** The engine process's one command-line argument, as JSON. */
export const engineArguments = z.object({
  /** Folder that holds `<variant>/llava-desk.node`. */
  addonFolder: z.string().min(1),
  /** Folder for what the engine keeps on disk (`platform/engineCache.ts`). Null: it keeps nothing there. */
  cacheFolder: z.string().min(1).nullable().default(null),
  /**
   * Milliseconds without a request after which chats are saved there. Minutes: a chat of a large model takes hundreds of megabytes,
   * which are not to be written after every answer.
   */
  saveAfterMs: z.number().int().positive().default(120_000),
})
export type EngineArguments = z.infer<typeof engineArguments>

/** A decoded picture: upright, sRGB, on white, as a binary PPM (P6, 8 bit) file of any size. The engine pads and resizes it. */
export const picture = z.object({
  /** Cache key: identity of the pixels, e.g. the SHA-256 of the stored file and the version of our decoding. */
  key: z.string().min(1).max(200),
  /** Absolute path of the PPM file; read only when neither KV cells nor embeddings of `key` are cached. */
  path: z.string(),
})
export type Picture = z.infer<typeof picture>

/**
 * A prompt is a list of parts; each text part is tokenized on its own, as LLaVA's `tokenizer_image_token` does. LLaMA's
 * tokenizer puts a space before every text it is given, so the parts decide the ids: one part per stretch of ordinary text
 * between pictures and control tokens, one part for each control token (see `services/prompt/buildPrompt.ts`).
 */
export const promptPart = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('text'),
    text: z.string(),
    /** One control token of the template, e.g. `</s>`: parsed as such. Everything else, people's texts among it: never. */
    trusted: z.boolean(),
  }),
  z.object({ type: z.literal('image'), picture }),
])
export type PromptPart = z.infer<typeof promptPart>

/** A message as chat templates take it: its text, or its parts where it has pictures or the template wants parts. */
export const templateMessage = z.object({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.union([z.string(), z.array(z.discriminatedUnion('type', [z.object({ type: z.literal('text'), text: z.string() }), z.object({ type: z.literal('image') })]))]),
})
export type TemplateMessage = z.infer<typeof templateMessage>

export const sampling = z.object({
  temperature: z.number(),
  topK: z.number().int(),
  topP: z.number(),
  minP: z.number(),
  repeatPenalty: z.number(),
  seed: z.number().int(),
})
export type Sampling = z.infer<typeof sampling>

export const loadOptions = z.object({
  files: modelFiles,
  isDemo: z.boolean(),
  backend: z.enum(['auto', ...backends]),
  threads: z.number().int().nullable(),
  contextSize: z.number().int().nullable(),
  gpuLayers: z.number().int().nullable(),
  /** Null: chosen with the plan, f16 where it fits. q8_0 takes about half the memory and costs a little precision. */
  kvType: z.enum(kvTypes).nullable().default(null),
  /** Null: on the graphics device where layers of the model are, unless all of them fit there only without it. */
  projectorOnGpu: z.boolean().nullable().default(null),
  /** LoRA adapters on top of the model; their effects add up. */
  adapters: z.array(adapter).default([]),
})
/** What a caller asks for. */
export type LoadOptions = z.input<typeof loadOptions>
/** The same as the engine gets it, defaults filled in. */
export type LoadRequest = z.output<typeof loadOptions>

/** A load to be measured. */
export const measureInput = loadOptions.extend({
  /** Bytes that come free on each device, by its name, before the load: what is loaded now makes room. */
  comingFree: z.record(z.string(), z.number()).default({}),
})
export type MeasureInput = z.input<typeof measureInput>
export type MeasureRequest = z.output<typeof measureInput>

export const generateInput = z.object({
  /** Requests of one conversation run one after the other; conversations take turns fairly. */
  conversation: z.string(),
  prompt: z.array(promptPart),
  sampling,
  maxTokens: z.number().int().positive(),
  /** Text that ends the answer and is not part of it (`###` of llava_v0). The model's end tokens always end it. */
  stopTexts: z.array(z.string()),
  /** A grammar in GBNF (llama.cpp's `grammars/README.md`) with a rule `root`: the answer is a text of it and ends where it ends. Null: any text. */
  grammar: z.string().min(1).nullable().default(null),
  /** `batch`: many of them, for which nobody waits in front of the screen; those of `chat` go first. */
  priority: z.enum(['chat', 'batch']).default('chat'),
  /** Whether the conversation's KV cells are worth keeping on disk: it goes on, perhaps after a restart. */
  keep: z.boolean().default(false),
  /** Whether the prompt ends in the midst of an answer: white space in front of what comes is part of it. */
  continues: z.boolean().default(false),
  /** Whether `end` brings how likely the model held each token. */
  probabilities: z.boolean().default(false),
})
/** What a caller asks for. */
export type GenerateInput = z.input<typeof generateInput>
/** The same as the engine gets it, defaults filled in. */
export type GenerateRequest = z.output<typeof generateInput>

/** A prompt to be evaluated before anybody asks for an answer to it. Same meaning as in `generateInput`. */
export const prefillInput = generateInput.pick({ conversation: true, prompt: true, keep: true })
/** What a caller asks for. */
export type PrefillInput = z.input<typeof prefillInput>
/** The same as the engine gets it, defaults filled in. */
export type PrefillRequest = z.output<typeof prefillInput>

/** Figures of one answer; same meaning as `answerStats` of the contract. */
export const generateStats = z.object({
  promptTokens: z.number().int(),
  imageTokens: z.number().int(),
  generatedTokens: z.number().int(),
  reusedPromptTokens: z.number().int(),
  reusedImages: z.number().int(),
  evaluatedTokens: z.number().int(),
  milliseconds: z.object({ queue: z.number(), image: z.number(), prompt: z.number(), firstToken: z.number(), generation: z.number(), total: z.number() }),
})
export type GenerateStats = z.infer<typeof generateStats>

/**
 * A token of an answer: how many bytes its UTF-8 text has (none for an end token; white space that is left out of the
 * deltas counts), and the natural logarithm of the
 * probability that the model gave it, before grammar, temperature and all else that chooses among tokens.
 */
export const sampledToken = z.object({ bytes: z.number().int(), logProbability: z.number() })
export type SampledToken = z.infer<typeof sampledToken>

export const generateEvent = z.discriminatedUnion('type', [
  /** `fraction` 0..1 where it is known: of a prompt, and of pictures that are encoded in several parts. */
  z.object({ type: z.literal('progress'), phase: z.enum(['queued', 'image', 'prompt']), fraction: z.number().nullable() }),
  /**
   * Text since the last delta, cut at whole UTF-8 characters, without white space at either end of the answer; gathered for up
   * to ~16 ms. `tokens` are the ids behind it.
   */
  z.object({ type: z.literal('delta'), seq: z.number().int(), text: z.string(), tokens: z.array(z.number().int()) }),
  /** With `sampled`, `lead`: bytes of white space in front of the answer, which are of its tokens and not of its text. */
  z.object({ type: z.literal('end'), stop: z.enum(['end', 'length']), stats: generateStats, sampled: z.array(sampledToken).optional(), lead: z.number().int().optional() }),
])
export type GenerateEvent = z.infer<typeof generateEvent>

export const loadEvent = z.discriminatedUnion('type', [
  /** 0..1 over model and projector. */
  z.object({ type: z.literal('progress'), fraction: z.number() }),
  z.object({ type: z.literal('ready'), info: modelInfo }),
])
export type LoadEvent = z.infer<typeof loadEvent>

const device = z.object({ name: z.string(), description: z.string(), type: z.enum(['cpu', 'gpu', 'igpu', 'accel']), totalBytes: z.number(), freeBytes: z.number() })

/** What a load would take, before it is tried. Bytes throughout. */
export const measurement = z.object({
  backend: z.enum(backends),
  /** The graphics device that serves; null on the CPU. */
  device: z.string().nullable(),
  /** What was chosen where the options leave it open; `layers` counts the output layer too. */
  plan: z.object({
    contextSize: z.number().int(),
    /** KV cells of all conversations together. */
    cells: z.number().int(),
    gpuLayers: z.number().int(),
    layers: z.number().int(),
    projectorOnGpu: z.boolean(),
    kvType: z.enum(kvTypes),
    threads: z.number().int(),
  }),
  /** The machine's own memory first, then each graphics device that takes part. */
  places: z.array(
    device.extend({
      /** In memory of their own: on a GPU, or laid out anew for the CPU. */
      weights: z.number(),
      /** Used where the model's file is mapped: file-backed, so the system may drop it and read it again. */
      mapped: z.number(),
      /** File-backed too: pages of the file that were read only to lay weights out anew, until the system drops them. */
      copied: z.number(),
      kv: z.number(),
      compute: z.number(),
      projector: z.number(),
      /** Buffers to encode a picture, or a tile of one; they stay. */
      encode: z.number(),
    }),
  ),
  /** Files of the adapters; they are read into the memory of the weights they change. */
  adapters: z.number(),
  /** The engine process: its libraries, and what llama.cpp keeps about such a model besides (vocabulary, graphs). */
  process: z.number(),
})
export type Measurement = z.infer<typeof measurement>

/** What the engine process takes now. Bytes throughout. */
export const memoryUse = z.object({
  /** Resident memory of the process; of that, file-backed pages, where the system says so (Linux). */
  resident: z.number(),
  fileBacked: z.number().nullable(),
  /** What model and context take on all devices; null while no model is loaded. */
  context: z.object({ model: z.number(), kv: z.number(), compute: z.number() }).nullable(),
  /** Embeddings of pictures that are kept. */
  embeddings: z.number(),
  devices: z.array(device),
})
export type MemoryUse = z.infer<typeof memoryUse>

const route = oc.errors({ APP: { data: z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }) } })

export const engineProtocol = {
  /** Backend, devices and library versions, without loading a model. */
  probe: route.input(z.object({ backend: z.enum(['auto', ...backends]) })).output(
    z.object({
      backend: z.enum(backends),
      device: z.string().nullable(),
      note: z.string(),
      llamaCpp: z.string(),
      systemInfo: z.string(),
      processId: z.number().int(),
    }),
  ),
  /** What a load would take, computed after the same checks and without allocating it; needs no loaded model. Rejects like `load`. */
  measure: route.input(measureInput).output(measurement),
  memory: route.output(memoryUse),
  /** Unloads what is loaded, checks both files' headers, loads. Ends with `ready`. Abort unloads again. */
  load: route.input(loadOptions).output(eventIterator(loadEvent)),
  unload: route.output(z.object({})),
  /**
   * Changes the adapters of the loaded model, not its weights. Requests that came before end as they began; what comes after
   * waits, and shares no KV cells with them. Rejects `ADAPTER_*` and `OUT_OF_MEMORY` and leaves the adapters as they were.
   */
  setAdapters: route.input(z.object({ adapters: z.array(adapter) })).output(modelInfo),
  /** Tokens of a prompt and the context's size, without evaluating anything; of a picture at most its file's header is read. */
  count: route.input(z.object({ prompt: z.array(promptPart) })).output(
    z.object({ tokens: z.number().int(), imageTokens: z.number().int(), contextSize: z.number().int() }),
  ),
  /** Token ids of the text parts of a prompt; an image stands as one -200 (LLaVA's IMAGE_TOKEN_INDEX). */
  tokenize: route.input(z.object({ prompt: z.array(promptPart) })).output(z.object({ tokens: z.array(z.number().int()) })),
  /** What decides how a conversation is written: whether the model's file brings a chat template, and libmtmd's type of the projector (null without one). */
  template: route.output(z.object({ embedded: z.boolean(), projector: z.string().nullable() })),
  /**
   * Writes messages with the chat template of the model's file, up to where the answer begins. BOS is left out at the front where
   * the tokenizer adds it. `controls`: the control tokens that occur in the text. Rejects `TEMPLATE_FAILED`.
   */
  render: route.input(z.object({ messages: z.array(templateMessage) })).output(z.object({ text: z.string(), controls: z.array(z.string()) })),
  /** Which of these pictures would need their pixels, i.e. are in no cache. */
  missing: route.input(z.object({ keys: z.array(z.string()) })).output(z.object({ keys: z.array(z.string()) })),
  generate: route.input(generateInput).output(eventIterator(generateEvent)),
  /** Evaluates a prompt, so that an answer to what begins with it comes sooner. Rejects like `generate`. */
  prefill: route.input(prefillInput).output(z.object({ evaluatedTokens: z.number().int() })),
  /**
   * Writes what the model gets from a picture: the resized square as PPM and/or the embeddings as raw little-endian float32. Of
   * a model that sees tiles (LLaVA-1.6) the square is the overview, the embeddings are those of overview and tiles. Where only the
   * square is wanted, nothing is encoded.
   */
  see: route
    .input(z.object({ picture, pixelsOut: z.string().nullable(), embeddingsOut: z.string().nullable() }))
    .output(z.object({ width: z.number().int(), height: z.number().int(), tokens: z.number().int(), embeddingWidth: z.number().int() })),
}
export type EngineProtocol = typeof engineProtocol

/**
 * The addon's surface (N-API). One file per library variant; loaded by `main/engine/child/binding` alone, after it has loaded
 * node-llama-cpp's libllama, libggml and backends of the same variant into the process.
 * All errors are `Error`s whose `code` is one of `NativeErrorCode`; long calls run off the JavaScript thread.
 */
export type NativeErrorCode = 'ABORTED' | 'LOAD_FAILED' | 'OUT_OF_MEMORY' | 'NO_KV_SLOT' | 'DECODE_FAILED' | 'ENCODE_FAILED' | 'BAD_ARGUMENT' | 'DISPOSED' | 'GRAMMAR_INVALID'

/** What one library variant offers. */
export interface NativeBinding {
  /** llama.cpp's `llama_print_system_info()`, and the ggml devices that were registered. */
  systemInfo(): { text: string; devices: readonly NativeDevice[] }
  /** Routes llama.cpp's, ggml's and clip's log lines here; null drops them. */
  setLogger(log: ((level: 'debug' | 'info' | 'warn' | 'error', text: string) => void) | null): void
  /** Gives memory that was freed back to the system, where the C library keeps some of it (glibc). */
  returnFreed(): void
  /** Loads a language model. `progress` gets 0..1; returning nothing. Rejects LOAD_FAILED, OUT_OF_MEMORY, ABORTED. */
  loadModel(path: string, options: { gpuLayers: number; useMmap: boolean; devices: 'all' | 'none' }, progress: (fraction: number) => void): NativeLoad<NativeModel>
  /** Loads a projector for `model`. Rejects like `loadModel`. */
  loadProjector(path: string, model: NativeModel, options: { useGpu: boolean; threads: number }, progress: (fraction: number) => void): NativeLoad<NativeProjector>
  /**
   * Loads a LoRA adapter (GGUF) for `model`. Rejects LOAD_FAILED for a file that is none, that was made for another
   * architecture or other widths, or that is incomplete; OUT_OF_MEMORY.
   */
  loadAdapter(path: string, model: NativeModel): Promise<NativeAdapter>
  /**
   * What a load would take, by device, the CPU first: computed by llama.cpp and libmtmd as they would lay it out, without
   * allocating or reading any of it. Rejects LOAD_FAILED.
   */
  measure(modelPath: string, projectorPath: string | null, options: NativeMeasureOptions): Promise<readonly NativeMemory[]>
  createContext(model: NativeModel, options: NativeContextOptions): Promise<NativeContext>
  createSampler(model: NativeModel, options: NativeSamplerOptions): NativeSampler
}

/** A load under way. */
export interface NativeLoad<T> {
  readonly done: Promise<T>
  /** Makes `done` reject with ABORTED as soon as llama.cpp asks, unless it has settled; what was loaded is freed. */
  abort(): void
}

/** A ggml device and its memory. */
export interface NativeDevice {
  readonly name: string
  readonly description: string
  readonly type: 'cpu' | 'gpu' | 'igpu' | 'accel'
  readonly freeBytes: number
  readonly totalBytes: number
}

/** How the load that is measured would be made. */
export interface NativeMeasureOptions {
  readonly gpuLayers: number
  readonly useMmap: boolean
  readonly devices: 'all' | 'none'
  readonly context: NativeContextOptions
  readonly projectorOnGpu: boolean
}

/** Bytes that a load takes on one device. */
export interface NativeMemory extends NativeDevice {
  /** Weights in memory of their own: on a GPU, or laid out anew for the CPU. */
  readonly weightBytes: number
  /** Weights used where the file is mapped: file-backed memory, which the system may drop and read again. */
  readonly mappedBytes: number
  readonly kvBytes: number
  readonly computeBytes: number
  readonly projectorBytes: number
  /** Buffers to encode a picture, or a tile of one. */
  readonly encodeBytes: number
}

/** A language model in memory. */
export interface NativeModel {
  /** `description` is llama.cpp's (e.g. "llama 7B Q4_K - Medium"); `chatTemplate` null where the file has none. */
  readonly info: {
    readonly description: string
    readonly architecture: string
    readonly name: string
    readonly embeddingWidth: number
    readonly layers: number
    readonly parameters: number
    readonly bytes: number
    readonly trainedContext: number
    readonly vocabulary: number
    readonly chatTemplate: string | null
    readonly addsBos: boolean
  }
  /** Token ids. `special`: parse control tokens written in the text. `bos`: put BOS in front where the model wants it. */
  tokenize(text: string, options: { special: boolean; bos: boolean }): Int32Array
  /** The bytes of one token (may be part of a UTF-8 character). */
  piece(token: number): Uint8Array
  isEndOfGeneration(token: number): boolean
  dispose(): Promise<void>
}

/** A LoRA adapter in memory. A context that applies it keeps what it needs of it. */
export interface NativeAdapter {
  dispose(): Promise<void>
}

/** A projector in memory: it sees pictures for one model. */
export interface NativeProjector {
  readonly info: {
    /** libmtmd's projector type, "mlp" for LLaVA-1.5; "linear" where mm.2 is absent. */
    readonly type: string
    /** Side of the square in pixels (336). */
    readonly imageSize: number
    readonly patchSize: number
    readonly embeddingWidth: number
    /** Tokens of a picture where they do not depend on it, else null (dynamic-resolution families, tiles). */
    readonly tokensPerImage: number | null
    /**
     * How a picture becomes what the model sees (docs/vision.md): padded to a square (LLaVA-1.5), its middle (LLaVA-1.0), an
     * overview and tiles (LLaVA-1.6), or libmtmd's own way with other families.
     */
    readonly preparation: 'pad' | 'crop' | 'tiles' | 'libmtmd'
    /** Tiles: whether the file holds the vector that ends a row of features; without it rows follow one another unmarked. */
    readonly rowEnds: boolean
  }
  /** What a picture of this size takes in a prompt, without encoding it. Throws ENCODE_FAILED. */
  layout(width: number, height: number): NativePictureLayout
  /**
   * The square that the model sees of the picture as a whole, resized as Pillow's bicubic does: for `pad` the picture on
   * (122,116,104), for `crop` its middle, for `tiles` the overview, squashed. RGB, 3 bytes a pixel, row-major.
   */
  square(rgb: Uint8Array, width: number, height: number): Promise<{ rgb: Uint8Array; size: number }>
  /**
   * Projected embeddings of a picture of any size (RGB, 3 bytes a pixel, row-major): `tokens * embeddingWidth` float32, row-major by token.
   * `progress` gets 0..1 after each tile. Rejects ENCODE_FAILED, OUT_OF_MEMORY, ABORTED.
   */
  encode(rgb: Uint8Array, width: number, height: number, progress?: (fraction: number) => void): Promise<NativeEmbeddings>
  /** Aborts the `encode` in flight and those in the line behind it, also in the middle of the graph where the backend allows it. */
  abort(): void
  dispose(): Promise<void>
}

/** What a picture takes in a prompt. */
export interface NativePictureLayout {
  readonly tokens: number
  /** Sequence positions the picture takes (equal to `tokens` but for M-RoPE families). */
  readonly positions: number
  /** Tokens libmtmd puts around the picture (e.g. <|vision_start|>); empty for LLaVA. */
  readonly before: Int32Array
  readonly after: Int32Array
}

/** A picture as its model reads it: a vector for each of its tokens. */
export interface NativeEmbeddings extends NativePictureLayout {
  readonly data: Float32Array
  readonly width: number
  /** M-RoPE: 4 planes of `tokens` relative positions, else null. */
  readonly mrope: Int32Array | null
  /** The picture's tokens attend to each other in both directions (Gemma 3 and kin). */
  readonly nonCausal: boolean
}

/** The layout of a context, in llama.cpp's terms. */
export interface NativeContextOptions {
  readonly contextSize: number
  readonly batchSize: number
  readonly microBatchSize: number
  readonly sequences: number
  readonly threads: number
  readonly flashAttention: boolean
  /** "f16" unless said otherwise. */
  readonly kvType: 'f16' | 'q8_0' | 'f32'
}

/** One sequence's share of a decode step: its new tokens at `position`; with a sampler, the next token is sampled from the last one's logits. */
export interface NativeStepEntry {
  readonly sequence: number
  readonly tokens: Int32Array | readonly number[]
  readonly position: number
  readonly sampler?: NativeSampler
  /**
   * How many of the tokens, at their end, are guesses of what will be sampled; at most all but one, none without a sampler.
   * Each one that is right gives a further token in the same step; the first that is wrong ends that, and the cells of what
   * was not sampled are removed.
   */
  readonly drafted?: number
}

/** A token that was sampled. */
export interface NativeSampled {
  readonly token: number
  /** Natural log of the token's probability in the softmax of the raw logits (temperature 1, before grammar and penalties). */
  readonly logProbability: number
  readonly piece: Uint8Array
  readonly endOfGeneration: boolean
  /** Whether the sampler's grammar allows nothing behind it but the end, so that the next token need not be computed. */
  readonly endsGrammar: boolean
}

/** A context: sequences of KV cells in one cache, evaluated step by step, one call at a time. */
export interface NativeContext {
  readonly contextSize: number
  readonly sequences: number
  /** Most guesses of a step, over all entries; 0 with models that cannot take single tokens back. */
  readonly mostDrafted: number
  /**
   * One `llama_decode` (split by `batchSize` where needed) for all entries, then sampling in C++, both on a thread of the addon.
   * Returns for each entry what was sampled: nothing without a sampler, else one token and one more for each guess that was right.
   * Rejects ABORTED (KV cells of this step are removed again), NO_KV_SLOT, DECODE_FAILED,
   * GRAMMAR_INVALID (a grammar allows no token). After a rejection sequences and samplers stand where they stood before; where one entry is to blame,
   * the error carries its index as `entry`, and the step may be asked for again without it.
   */
  step(entries: readonly NativeStepEntry[]): Promise<(readonly NativeSampled[])[]>
  /** Evaluates a picture's embeddings at `position`. Rejects like `step`. */
  prefillEmbeddings(sequence: number, position: number, embeddings: NativeEmbeddings): Promise<void>
  /** KV cells of positions [from, to) of `source` become shared by `target` (no copy of data in a unified cache). */
  copySequence(source: number, target: number, from: number, to: number): void
  /** Forgets positions [from, to); `to` -1 means the end. */
  removeRange(sequence: number, from: number, to: number): void
  /**
   * What is evaluated from now on goes through these adapters and no others, their effects multiplied by `scale` and added up.
   * Cells that are there keep what they were evaluated with, so their sequences do not go on as they began: remove them.
   */
  setAdapters(adapters: readonly { readonly adapter: NativeAdapter; readonly scale: number }[]): Promise<void>
  /**
   * Threads from the next call on, at most those the context was made with: for steps of a single token, which wait for memory,
   * and for longer ones, also of several sequences, which compute.
   */
  setThreads(answering: number, prompt: number): void
  /**
   * Writes a sequence's KV cells into a file, as they stand when its turn comes, piece by piece. Resolves to the bytes that were
   * given to the system; a file that is shorter was cut by a full disk. Rejects DECODE_FAILED; part of the file may be there then.
   */
  saveSequence(sequence: number, path: string): Promise<number>
  /**
   * Fills a sequence, whatever it held, from a file of `saveSequence`, which must be known to be whole: llama.cpp ends the process
   * over one that is cut short (`GGML_ASSERT` in `state_seq_load_file`). Rejects NO_KV_SLOT where cells are missing, BAD_ARGUMENT for any other file; then the sequence is empty.
   */
  restoreSequence(sequence: number, path: string): Promise<void>
  /** Aborts the step in flight in the middle of the graph (CPU) or before the next one (GPU). */
  abort(): void
  /**
   * What model and context take on all devices. Where weights are mapped, the whole stretch of the file that holds them counts.
   * Adapters make the compute buffers larger with the first batch they apply to.
   */
  memory(): Promise<NativeContextMemory>
  dispose(): Promise<void>
}

/** What model and context take on all devices. */
export interface NativeContextMemory {
  readonly modelBytes: number
  readonly kvBytes: number
  readonly computeBytes: number
}

/** How tokens are chosen, in llama.cpp's terms. */
export interface NativeSamplerOptions {
  /** 0: greedy. */
  readonly temperature: number
  readonly topK: number
  readonly topP: number
  readonly minP: number
  readonly repeatPenalty: number
  readonly repeatLastN: number
  readonly frequencyPenalty: number
  readonly presencePenalty: number
  readonly seed: number
  /** GBNF, root rule `root`. */
  readonly grammar?: string
}

/** What chooses the tokens of one answer. It must be disposed of. */
export interface NativeSampler {
  /** Tells the sampler of a token that was not sampled by it (literal parts, prompt for penalties). */
  accept(token: number): void
  reset(): void
  dispose(): void
}

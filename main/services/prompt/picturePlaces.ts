/** Where a picture stands in what a chat template writes, for one kind of projector. */
export interface PicturePlace {
  /**
   * What the templates of the family write for a picture. The picture takes its place, with all of its tokens: libmtmd writes
   * those around a picture itself, and twice would be once too often.
   */
  readonly placeholder: string
  /** Text that the family's own processor writes around a picture's tokens, and libmtmd does not. */
  readonly around: readonly [before: string, after: string]
  /** What the family's own code writes between a picture and the text, where the template takes text alone. */
  readonly betweenTexts: string
}

const plain = (placeholder: string): PicturePlace => ({ placeholder, around: ['', ''], betweenTexts: '' })
/** `<image>` and a newline: LLaVA's `llava/conversation.py`. */
const llava: PicturePlace = { ...plain('<image>'), betweenTexts: '\n' }
/** Qwen2-VL's template; libmtmd writes `<|vision_start|>` and `<|vision_end|>`. */
const qwen = plain('<|vision_start|><|image_pad|><|vision_end|>')
/** `full_image_sequence` of transformers' `Gemma3Processor` and `Gemma3nProcessor`; libmtmd writes `<start_of_image>` and `<end_of_image>`, without newlines. */
const gemma = (placeholder: string): PicturePlace => ({ ...plain(placeholder), around: ['\n\n', '\n\n'] })

/**
 * By libmtmd's projector type. What libmtmd writes around a picture: `init_vision` in llama.cpp's `tools/mtmd/mtmd.cpp` (release
 * v0.5.0). A projector that is not listed gets its pictures as llama.cpp's own programs give them to any template: as a mark in the
 * question's text.
 */
const places: Readonly<Record<string, PicturePlace>> = {
  mlp: llava,
  mlp_norm: llava,
  linear: llava,
  qwen2vl_merger: qwen,
  'qwen2.5vl_merger': qwen,
  qwen3vl_merger: qwen,
  mimovl: qwen,
  gemma3: gemma('<start_of_image>'),
  gemma3nv: gemma('<image_soft_token>'),
  // Gemma 4; libmtmd writes `<|image>` and `<image|>`.
  gemma4v: plain('<|image|>'),
  gemma4uv: plain('<|image|>'),
  // SmolVLM and Idefics 3; libmtmd writes `<fake_token_around_image>` and `<global-img>`.
  idefics3: plain('<image>'),
  // Pixtral and Mistral 3; libmtmd writes `[IMG_END]`, and the projector embeds `[IMG_BREAK]`.
  pixtral: plain('[IMG]'),
  // InternVL: the template of the transformers version writes the newline itself; `chat` in `modeling_internvl_chat.py` puts
  // "<image>\n" before the question. libmtmd writes `<img>` and `</img>`.
  internvl: { ...plain('<IMG_CONTEXT>'), betweenTexts: '\n' },
  // MiniCPM-V: `chat` in `modeling_minicpmv.py` joins pictures and text with newlines. libmtmd writes `<image>`, `<slice>` and their ends.
  resampler: { ...plain('(<image>./</image>)'), betweenTexts: '\n' },
}

/** Null where nothing is known of the projector, or there is none. */
export function picturePlace(projector: string | null): PicturePlace | null {
  return projector === null ? null : (places[projector] ?? null)
}

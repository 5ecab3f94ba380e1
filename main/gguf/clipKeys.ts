import type { GgufHeader } from './ggufHeader.ts'
import { countAt, numberAt, numbersAt } from './ggufHeader.ts'
import type { GgufType } from './ggufValue.ts'

/** Keys libmtmd asks of every vision projector (`load_hparams` of llama.cpp's `tools/mtmd/clip.cpp`), and which of them a LLaVA file could only have one value for. */
const sizes = ['image_size', 'patch_size', 'embedding_length', 'feed_forward_length', 'attention.head_count', 'block_count'].map((key) => `clip.vision.${key}`)
const epsilon = 'clip.vision.attention.layer_norm_epsilon'
export const guessable = { vision: 'clip.has_vision_encoder', dimension: 'clip.vision.projection_dim', mean: 'clip.vision.image_mean', deviation: 'clip.vision.image_std' } as const

/** Types of the keys libmtmd reads. It ends the process over a scalar of another type, so this must be known before. */
const types: ReadonlyMap<string, GgufType> = new Map<string, GgufType>([
  ...['clip.has_vision_encoder', 'clip.has_audio_encoder', 'clip.has_gen_audio_encoder', 'clip.use_gelu', 'clip.use_silu'].map((key) => [key, 'bool'] as const),
  ...['general.name', 'general.description', 'clip.projector_type', 'clip.vision.projector_type', 'clip.audio.projector_type', 'clip.gen.audio.projector_type', 'clip.gen.audio.model_variant', 'clip.vision.mm_patch_merge_type'].map((key) => [key, 'string'] as const),
  ...['vision', 'audio', 'gen.audio'].map((part) => [`clip.${part}.attention.layer_norm_epsilon`, 'f32'] as const),
  ...['image_mean', 'image_std'].map((key) => [`clip.vision.${key}`, 'f32[]'] as const),
  ...['vision', 'audio', 'gen.audio'].map((part) => [`clip.${part}.feature_layer`, 'i32[]'] as const),
  ...['image_grid_pinpoints', 'wa_layer_indexes', 'wa_pattern_mode', 'projector.spatial_offsets'].map((key) => [`clip.vision.${key}`, 'i32[]'] as const),
  ['clip.minicpmv_version', 'i32'],
  ['clip.minicpmv_query_num', 'u32'],
  ...['vision', 'audio', 'gen.audio'].flatMap((part) =>
    ['embedding_length', 'feed_forward_length', 'block_count', 'projection_dim', 'attention.head_count', 'attention.head_count_kv', 'attention.head_dim'].map((key) => [`clip.${part}.${key}`, 'u32'] as const),
  ),
  ...(
    'image_size patch_size image_min_pixels image_max_pixels preproc_min_tiles preproc_max_tiles preproc_image_size projector.scale_factor ' +
    'projector.query_side projector.window_side spatial_merge_size n_wa_pattern window_size sam.head_count sam.block_count sam.embedding_length ' +
    'expert_used_count'
  )
    .split(' ')
    .map((key) => [`clip.vision.${key}`, 'u32'] as const),
  ...(
    'num_mel_bins projector.stack_factor chunk_size conv_kernel_size max_pos_emb projector.window_size projector.downsample_rate ' +
    'projector.head_count rvq.num_quantizers window_size local_block_count local_group_size subsampling_factor'
  )
    .split(' ')
    .map((key) => [`clip.audio.${key}`, 'u32'] as const),
])

/** Keys a vision projector lacks, or has with a value that says nothing, and without which libmtmd refuses it. */
export function missingKeys({ metadata }: GgufHeader): string[] {
  const lacking = [...sizes, epsilon].filter((key) => !metadata.has(key))
  if (metadata.get(guessable.vision) !== true) lacking.push(guessable.vision)
  if (!metadata.has(guessable.dimension)) lacking.push(guessable.dimension)
  for (const key of [guessable.mean, guessable.deviation]) if (!metadata.has(key) || (numbersAt(metadata, key) ?? [0, 0, 0]).length < 3) lacking.push(key)
  return lacking
}

/** What is wrong with the keys a vision projector has, for a sentence; null where nothing is. */
export function keyProblem({ metadata, entries, tensors }: GgufHeader): string | null {
  for (const [key, { type }] of entries) {
    const expected = types.get(key)
    if (expected !== undefined && type !== expected) return `${key} is of the type ${type}, not ${expected}`
  }
  const none = sizes.find((key) => key !== 'clip.vision.block_count' && key !== 'clip.vision.feed_forward_length' && numberAt(metadata, key) === 0)
  if (none !== undefined) return `${none} is 0`
  const blocks = countAt(metadata, 'clip.vision.block_count') ?? 0
  return blocks > tensors.size ? `clip.vision.block_count is ${blocks}, more than the file holds` : null
}

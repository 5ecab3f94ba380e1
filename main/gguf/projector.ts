import type { ProjectorFacts } from '../contract/domains/library.ts'
import { countAt, numbersAt, textAt } from './ggufHeader.ts'
import type { GgufHeader, GgufTensor } from './ggufHeader.ts'
import type { GgufFile } from './readGguf.ts'

/** The type a file names itself, libmtmd's name; for one that also hears, that of its eyes. Null where it names none. */
export function namedType({ metadata }: GgufHeader): string | null {
  const keys = ['clip.projector_type', 'clip.vision.projector_type', 'clip.audio.projector_type']
  return keys.map((key) => textAt(metadata, key)).find((name) => name !== undefined && name !== '') ?? null
}

/**
 * The type a projector is: the one it names; "mlp" for an old file that names none and holds LLaVA's tensors; "linear" for
 * one with a single layer, which libmtmd calls "mlp" too. Null where nothing tells.
 */
export function projectorType(header: GgufHeader): string | null {
  const named = namedType(header)
  const { tensors } = header
  if (!tensors.has('mm.0.weight') || (named !== null && named !== 'mlp')) return named
  return tensors.has('mm.2.weight') || tensors.has('mm.3.weight') ? 'mlp' : 'linear'
}

/** Where a type's last layer tells the width of what it makes: a tensor and the index into its dimensions (`clip_n_mmproj_embd` of `tools/mtmd/clip.cpp`). */
const lastLayers: Readonly<Record<string, readonly [tensor: string, dim: 0 | 1]>> = {
  linear: ['mm.0.weight', 1],
  ldp: ['mm.model.mb_block.1.block.2.1.bias', 0],
  ldpv2: ['mm.model.peg.0.bias', 0],
  resampler: ['resampler.proj.weight', 0],
  adapter: ['adapter.linear.dense_4h_to_h.weight', 1],
  minicpmv4_6: ['mm.down.weight', 1],
  minimax_m3: ['mm.merger.fc2.bias', 0],
  janus_pro: ['mm.1.bias', 0],
  gemma3: ['mm.input_projection.weight', 0],
  gemma3nv: ['mm.input_projection.weight', 0],
  gemma4v: ['mm.input_projection.weight', 1],
  gemma4uv: ['mm.input_projection.weight', 1],
  idefics3: ['mm.model.fc.weight', 1],
  llama4: ['mm.model.fc.weight', 1],
  step3vl: ['mm.model.fc.weight', 1],
  hunyuanvl: ['mm.model.fc.weight', 1],
  deepseekocr: ['mm.model.fc.weight', 1],
  deepseekocr2: ['mm.model.fc.weight', 1],
  internvl: ['mm.model.mlp.3.weight', 1],
  nemotron_v2_vl: ['mm.model.mlp.3.weight', 1],
  glm4v: ['mm.down.weight', 1],
  cogvlm: ['mm.down.weight', 1],
  ...Object.fromEntries(
    (
      'qwen2vl_merger qwen2.5vl_merger qwen2.5o exaone4_5 qwen3vl_merger mimovl youtuvl phi4 pixtral lightonocr dots_ocr dots3note_v lfm2 ' +
      'kimivl paddleocr kimik25 yasa2 deepseek4v muse-glimmer'
    )
      .split(' ')
      .map((type) => [type, ['mm.2.weight', 1]] as const),
  ),
}

/** Width of the vectors a projector makes; null for kinds whose header does not plainly say, which are libmtmd's to check. */
export function outputWidth(header: GgufHeader): number | null {
  const type = projectorType(header)
  if (type === null) return null
  const [name, dim] = type === 'mlp' ? [header.tensors.has('mm.3.weight') ? 'mm.3.weight' : 'mm.2.weight', 1] : (lastLayers[type] ?? ['', 0])
  const width = header.tensors.get(name)?.dims[dim] ?? null
  // Qwen3-VL hands the model a vector of every layer it listens to besides the last.
  return width !== null && type === 'qwen3vl_merger' ? width * (1 + deepstackLayers(header.tensors)) : width
}

function deepstackLayers(tensors: ReadonlyMap<string, GgufTensor>): number {
  return [...tensors.keys()].filter((name) => /^v\.deepstack\.\d+\.fc1\.weight$/.test(name)).length
}

/** What a projector's header says of it. */
export function projectorFacts({ path, bytes, header }: GgufFile): ProjectorFacts {
  return {
    path,
    type: projectorType(header) ?? '',
    imageSize: countAt(header.metadata, 'clip.vision.image_size'),
    patchSize: countAt(header.metadata, 'clip.vision.patch_size'),
    outputWidth: outputWidth(header),
    tiles: (numbersAt(header.metadata, 'clip.vision.image_grid_pinpoints') ?? []).length > 0,
    bytes,
  }
}

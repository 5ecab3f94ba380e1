import { projectorShapes } from '../synthetic/projector.ts'
import type { ProjectorShape } from '../synthetic/projector.ts'
import { textShapes } from '../synthetic/textModel.ts'
import type { TextShape } from '../synthetic/textModel.ts'

/** A model whose plan is held against what it then takes. */
export interface MemoryShape {
  readonly text: TextShape
  readonly projector: ProjectorShape | null
  readonly contextSize: number
}

/** From tiny to LLaVA-1.5-13B, F16 to Q4, padded pictures and tiles, and one that only reads. The weights' values do not matter here. */
export const memoryShapes = {
  tiny: { text: textShapes.tiny, projector: projectorShapes.tiny, contextSize: 2048 },
  small: { text: textShapes.small, projector: { ...projectorShapes['7b'], output: textShapes.small.width }, contextSize: 2048 },
  f16: {
    text: { width: 768, layers: 8, heads: 12, feedForward: 2048, vocabulary: 'llama', weights: 'f16' },
    projector: { ...projectorShapes.deep, width: 256, heads: 4, feedForward: 1024, output: 768 },
    contextSize: 2048,
  },
  q8_0: {
    text: { width: 1024, layers: 12, heads: 16, headsKv: 4, feedForward: 2816, vocabulary: 'llama', weights: 'q8_0' },
    projector: { ...projectorShapes.fullTiles, width: 512, heads: 8, feedForward: 2048, output: 1024 },
    contextSize: 4096,
  },
  q4_k_m: { text: { width: 2048, layers: 16, heads: 16, feedForward: 5632, vocabulary: 'llama', weights: 'q4_k_m' }, projector: { ...projectorShapes['7b'], output: 2048 }, contextSize: 2048 },
  text: { text: { width: 1024, layers: 16, heads: 16, feedForward: 4096, vocabulary: 'llama', weights: 'q4_k_m' }, projector: null, contextSize: 4096 },
  '7b': { text: textShapes['7b'], projector: projectorShapes['7b'], contextSize: 2048 },
  '13b': { text: textShapes['13b'], projector: projectorShapes['13b'], contextSize: 2048 },
} as const satisfies Record<string, MemoryShape>

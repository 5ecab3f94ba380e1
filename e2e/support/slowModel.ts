import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeTextModel, type TextShape } from '../../bench/synthetic/textModel.ts'
import type { SettingsPatch } from '../../main/contract/domains/app.ts'
import { root } from './hosts.ts'

/** Random weights: it writes nonsense until its limit, slowly enough to be interrupted. The demo model is done in a moment. */
const shape: TextShape = { width: 512, layers: 8, heads: 8, feedForward: 1536, vocabulary: 'llama', weights: 'q4_k_m' }

/** Path of the slow model; written at its first use. */
export function slowModel(): string {
  const folder = join(root, 'build/e2e')
  const path = join(folder, 'slow.gguf')
  mkdirSync(folder, { recursive: true })
  if (!existsSync(path)) writeTextModel(path, shape)
  return path
}

/** Settings under which every answer takes seconds and never ends by itself before `maxTokens`. */
export function slowAnswers(maxTokens = 1500): SettingsPatch {
  return { model: { model: slowModel(), projector: null }, generation: { maxTokens } }
}

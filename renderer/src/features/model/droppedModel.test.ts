import { expect, it } from 'vitest'
import { isModelFile } from './droppedModel.ts'

it('knows model files by their ending', () => {
  expect(['a.gguf', 'A.GGUF', 'a.gguf.png', 'gguf'].map((name) => isModelFile({ name }))).toEqual([true, true, false, false])
})

import { expect, it } from 'vitest'
import { isModelFile, sortModelFiles } from './droppedModel.ts'

const file = (name: string) => new File([], name)
const pathOf = ({ name }: File) => `/models/${name}`

it('tells model and projector apart by their names', () => {
  expect(sortModelFiles([file('mmproj-model-f16.gguf'), file('llava-v1.5-7b-Q4_K_M.gguf')], pathOf)).toEqual({
    model: '/models/llava-v1.5-7b-Q4_K_M.gguf',
    projector: '/models/mmproj-model-f16.gguf',
  })
  expect(sortModelFiles([file('llava-7b-mmproj.gguf')], pathOf)).toEqual({ model: null, projector: '/models/llava-7b-mmproj.gguf' })
})

it('knows model files by their ending', () => {
  expect(['a.gguf', 'A.GGUF', 'a.gguf.png', 'gguf'].map((name) => isModelFile({ name }))).toEqual([true, true, false, false])
})

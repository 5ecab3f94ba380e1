import { join } from 'node:path'
import { sampleQuestions } from '../../bench/samples.ts'
import { root } from './hosts.ts'

export { samplePath } from '../../bench/samples.ts'
export const demoModel = { model: join(root, 'resources/demo-model/demo-llava.gguf'), projector: join(root, 'resources/demo-model/demo-llava-mmproj.gguf') }

/** The truth about one question. Throws where there is no such question. */
export function truth(file: string, prompt: string): string {
  const found = sampleQuestions.find((question) => question.file === file && question.prompt === prompt)
  if (found === undefined) throw new Error(`expected.json has no "${prompt}" for ${file}`)
  return found.answer
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './hosts.ts'

/** A question about a sample picture and the truth about it. */
export interface SampleQuestion {
  readonly file: string
  readonly prompt: string
  readonly answer: string
  /** "exact" compares strings, "iou>=0.5" boxes. */
  readonly check: string
}

interface Expected {
  readonly images: readonly { readonly file: string; readonly prompts: readonly Omit<SampleQuestion, 'file'>[] }[]
}

export const samplePath = (file: string): string => join(root, 'resources/samples', file)
export const demoModel = { model: join(root, 'resources/demo-model/demo-llava.gguf'), projector: join(root, 'resources/demo-model/demo-llava-mmproj.gguf') }

/** Every question of `expected.json`. */
export function sampleQuestions(): SampleQuestion[] {
  const { images } = JSON.parse(readFileSync(samplePath('expected.json'), 'utf8')) as Expected
  return images.flatMap(({ file, prompts }) => prompts.map((prompt) => ({ file, ...prompt })))
}

/** The truth about one question. Throws where there is no such question. */
export function truth(file: string, prompt: string): string {
  const found = sampleQuestions().find((question) => question.file === file && question.prompt === prompt)
  if (found === undefined) throw new Error(`expected.json has no "${prompt}" for ${file}`)
  return found.answer
}

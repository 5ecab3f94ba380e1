import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A question about a sample picture and what the demo model answers. */
export interface SampleQuestion {
  readonly prompt: string
  readonly answer: string
  /** "exact": the same text. "iou>=0.5": a box that covers the right one by half. */
  readonly check: string
}

/** `expected.json` beside the sample pictures; see resources/demo-model/README.md. */
interface Samples {
  readonly system: string
  /** With the places `{system}`, `<image>` and `{prompt}`. */
  readonly template: string
  readonly images: readonly { readonly file: string; readonly prompts: readonly SampleQuestion[] }[]
}

/** Absolute path of a file among the samples. */
export const samplePath = (file: string): string => fileURLToPath(new URL(`../resources/samples/${file}`, import.meta.url))

export const samples = JSON.parse(readFileSync(samplePath('expected.json'), 'utf8')) as Samples

/** Every question, with its picture's file. */
export const sampleQuestions: readonly (SampleQuestion & { readonly file: string })[] = samples.images.flatMap(({ file, prompts }) => prompts.map((question) => ({ file, ...question })))

/** Whether an answer passes the question's check. */
export function isRight({ check, answer }: SampleQuestion, given: string): boolean {
  return check === 'exact' ? given === answer : overlap(given, answer) >= 0.5
}

/** Intersection over union of two boxes written as "[x0, y0, x1, y1]"; 0 where one is none. */
function overlap(one: string, other: string): number {
  const [a, b] = [one, other].map(boxOf)
  if (a === undefined || b === undefined) return 0
  const side = (from: number, to: number) => Math.max(0, to - from)
  const shared = side(Math.max(a[0], b[0]), Math.min(a[2], b[2])) * side(Math.max(a[1], b[1]), Math.min(a[3], b[3]))
  const [first, second] = [a, b].map((box) => side(box[0], box[2]) * side(box[1], box[3]))
  return shared === 0 ? 0 : shared / ((first ?? 0) + (second ?? 0) - shared)
}

function boxOf(text: string): [number, number, number, number] | undefined {
  const [x0, y0, x1, y1, more] = (text.match(/\d+(\.\d+)?/g) ?? []).map(Number)
  return x0 === undefined || y0 === undefined || x1 === undefined || y1 === undefined || more !== undefined ? undefined : [x0, y0, x1, y1]
}

import { duration } from '../models/table.ts'
import type { Terminal } from '../terminal.ts'
import type { ExtractStep } from './ExtractRun.ts'
import { wordsOf } from './words.ts'

type Progress = Extract<ExtractStep, { type: 'progress' }>

/** How far a pile is, for a `ProgressLine`; where nobody watches, another sentence at every tenth part. */
export function describePile({ counts: { done, failed, skipped, total }, millisecondsLeft }: Progress, { errorIsScreen, language }: Terminal): string {
  const words = wordsOf(language)
  const past = done + failed + skipped
  if (!errorIsScreen) {
    const percent = Math.floor((100 * past) / Math.max(1, total))
    return words.part(percent - (percent % 10))
  }
  const figures = [words.progress(past, total), failed === 0 ? '' : words.failed(failed), millisecondsLeft === null ? '' : words.left(duration(Math.ceil(millisecondsLeft / 1000)))]
  return figures.filter((figure) => figure !== '').join(', ')
}

import type { Download } from '../../../contract/domains/download.ts'
import type { Terminal } from '../terminal.ts'
import { duration, size } from './table.ts'
import { wordsOf } from './words.ts'

/** How far a download is, for a `ProgressLine`; where nobody watches, another sentence at every tenth part. */
export function describeDownload({ name, state, received, bytes, bytesPerSecond, secondsLeft }: Download, { errorIsScreen, language }: Terminal): string {
  const words = wordsOf(language)
  if (state === 'checking') return `${name}: ${words.checking}`
  if (state === 'queued') return `${name}: ${words.waiting}`
  if (state === 'verifying') return `${name}: ${words.verifying}`
  const percent = bytes === null ? null : Math.floor((100 * received) / Math.max(1, bytes))
  if (!errorIsScreen) return percent === null ? name : `${name}: ${percent - (percent % 10)} %`
  const figures = [percent === null ? '' : `${percent} %`, size(received), bytesPerSecond === null ? '' : `${size(bytesPerSecond)}/s`, secondsLeft === null ? '' : words.left(duration(secondsLeft))]
  return `${name}: ${figures.filter((figure) => figure !== '').join(', ')}`
}

import { describe, expect, it } from 'vitest'
import type { Download } from '../../../contract/domains/download.ts'
import { ProgressLine } from '../ProgressLine.ts'
import type { Terminal } from '../terminal.ts'
import { describeDownload } from './describeDownload.ts'

const download: Download = {
  id: 'd', name: 'LLaVA', request: { type: 'catalogue', model: 'llava', variant: 'q4' }, state: 'running', files: [], bytes: 4_700_000_000, received: 0,
  bytesPerSecond: null, secondsLeft: null, error: null, installed: null,
}
const steps: Partial<Download>[] = [
  { state: 'queued' },
  { state: 'checking', bytes: null },
  { received: 1_200_000_000 },
  { received: 1_200_000_000, bytesPerSecond: 25_400_000, secondsLeft: 138 },
  { received: 1_220_000_000, bytesPerSecond: 25_400_000, secondsLeft: 137 },
  { received: 4_699_999_999 },
  { state: 'verifying', received: 4_700_000_000 },
]

/** What is written for all steps, one after the other. */
function written(language: Terminal['language'], errorIsScreen: boolean): string {
  let error = ''
  const line = new ProgressLine({ out: () => undefined, error: (text) => (error += text), outIsScreen: false, errorIsScreen, language }, describeDownload)
  for (const step of steps) line.show({ ...download, ...step })
  line.clear()
  return error
}

describe('the progress of a download', () => {
  it('is one line that is written over where somebody watches, and goes', () => {
    expect(written('en', true).split('\r\u001b[K')).toEqual([
      '', 'LLaVA: waiting for another download', 'LLaVA: asking the hub', 'LLaVA: 25 %, 1.2 GB', 'LLaVA: 25 %, 1.2 GB, 25 MB/s, 2 min 18 s left', 'LLaVA: 25 %, 1.2 GB, 25 MB/s, 2 min 17 s left',
      'LLaVA: 99 %, 4.7 GB', 'LLaVA: checking every byte', '',
    ])
    expect(written('zh-CN', true)).toContain('LLaVA: 25 %, 1.2 GB, 25 MB/s, 剩余 2 min 18 s')
  })

  it('is a line for every tenth where nobody does', () => {
    expect(written('en', false)).toBe('LLaVA: waiting for another download\nLLaVA: asking the hub\nLLaVA: 20 %\nLLaVA: 90 %\nLLaVA: checking every byte\n')
    expect(written('zh-CN', false)).toBe('LLaVA: 等待其他下载\nLLaVA: 正在询问服务器\nLLaVA: 20 %\nLLaVA: 90 %\nLLaVA: 正在校验全部内容\n')
  })
})

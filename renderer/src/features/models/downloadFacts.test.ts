import { describe, expect, it } from 'vitest'
import { Words } from '../../i18n/Words.svelte.ts'
import { downloadOf } from '../../state/testing/models.ts'
import { asksBeforeCancel, downloadFacts } from './downloadFacts.ts'

const words = new Words('en')
const size = { bytes: 4_705_000_000, received: 1_240_000_000 }

describe('downloadFacts', () => {
  it.each([
    [{ ...size, bytesPerSecond: 18_400_000, secondsLeft: 188 }, ['1.24 GB of 4.71 GB', '18 MB/s', '4 min left']],
    [{ ...size }, ['1.24 GB of 4.71 GB']],
    [{ bytes: null, received: 2_000_000 }, ['2 MB']],
    [{ ...size, state: 'queued' }, ['Waits for another download']],
    [{ ...size, state: 'verifying' }, ['Checking that every byte is right…']],
    [{ ...size, state: 'paused' }, ['Paused', '1.24 GB of 4.71 GB']],
    [{ bytes: null, received: 0, state: 'failed' }, ['Broke off']],
    [{ ...size, state: 'done' }, ['Here, and checked', '4.71 GB']],
  ] as const)('%j', (change, expected) => {
    expect(downloadFacts(downloadOf(change), words)).toEqual(expected)
  })
})

it('asks before it throws away what took long to fetch', () => {
  const asks = [{ received: 99e6 }, { received: 100e6 }, { received: 4e9, state: 'paused' }, { received: 4e9, state: 'done' }] as const
  expect(asks.map((change) => asksBeforeCancel(downloadOf(change)))).toEqual([false, true, true, false])
})

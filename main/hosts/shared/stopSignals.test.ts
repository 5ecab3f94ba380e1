import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { onStopSignal } from './stopSignals.ts'

let calls: string[], end: () => void
beforeEach(() => {
  vi.useFakeTimers()
  calls = []
  end = onStopSignal(
    () => calls.push('stop'),
    () => calls.push('kill'),
    5000,
  )
})
afterEach(() => {
  end()
  vi.useRealTimers()
})

it('stops at the first press, also where npm passes it on a second time', () => {
  process.emit('SIGINT')
  vi.advanceTimersByTime(50)
  process.emit('SIGINT')
  expect(calls).toEqual(['stop'])
})

it('kills at the next press', () => {
  process.emit('SIGTERM')
  vi.advanceTimersByTime(1000)
  process.emit('SIGINT')
  expect(calls).toEqual(['stop', 'kill'])
})

it('kills what does not stop in time', () => {
  process.emit('SIGINT')
  vi.advanceTimersByTime(4999)
  expect(calls).toEqual(['stop'])
  vi.advanceTimersByTime(1)
  expect(calls).toEqual(['stop', 'kill'])
})

it('lets go of the signals', () => {
  const before = process.listenerCount('SIGINT')
  end()
  expect(process.listenerCount('SIGINT')).toBe(before - 1)
})

import { describe, expect, it } from 'vitest'
import { fastestThreads, threadsToTry } from './threadChoice.ts'

describe('the number of threads', () => {
  it('is tried at all, three quarters and half of the cores', () => {
    expect(threadsToTry(16)).toEqual([16, 12, 8])
    expect(threadsToTry(3)).toEqual([3, 2])
    expect(threadsToTry(2)).toEqual([2, 1])
    expect(threadsToTry(1)).toEqual([1])
  })

  it('stays as planned unless fewer are clearly faster', () => {
    expect(fastestThreads(new Map([[8, 100], [6, 96], [4, 99]]), 8)).toBe(8)
    expect(fastestThreads(new Map([[8, 100], [6, 90], [4, 80]]), 8)).toBe(4)
    expect(fastestThreads(new Map([[8, 100], [6, 80], [4, 90]]), 8)).toBe(6)
  })

  it('is as planned where nothing was measured', () => {
    expect(fastestThreads(new Map(), 8)).toBe(8)
  })
})

import { totalmem } from 'node:os'
import { expect, it } from 'vitest'
import { freeMemory, parseVmStat } from './freeMemory.ts'

const vmStat = `Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                               50000.
Pages active:                            400000.
Pages inactive:                          300000.
Pages speculative:                         2000.
Pages throttled:                              0.
Pages wired down:                        100000.
Pages purgeable:                           3000.
"Translation faults":                 900000000.
Pages copy-on-write:                   20000000.
`

it('counts what macOS would give up at once', () => {
  expect(parseVmStat(vmStat)).toBe(355_000 * 16384)
  expect(parseVmStat('')).toBeNull()
  expect(parseVmStat(vmStat.replace('inactive', 'idle'))).toBeNull()
})

it('is some of the memory there is', () => {
  expect(freeMemory()).toBeGreaterThan(0)
  expect(freeMemory()).toBeLessThanOrEqual(totalmem())
})

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLogger } from '../../platform/log.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { backendMemory, machineKey } from './backendMemory.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => (folder = temporaryFolder()))
afterEach(() => folder.remove())

describe('backendMemory', () => {
  const findings = { cuda: { reason: 'no driver' }, vulkan: { device: 'Arc' } }

  it('keeps findings for the same machine and forgets them for another', async () => {
    const path = join(folder.path, 'cache', 'backends.json')
    backendMemory(path, 'driver 1', silentLogger).remember(findings)
    await vi.waitFor(() => expect(backendMemory(path, 'driver 1', silentLogger).recall()).toEqual(findings))
    expect(backendMemory(path, 'driver 2', silentLogger).recall()).toEqual({})
  })

  it('starts anew from a file that is something else, and from none', () => {
    const path = join(folder.path, 'backends.json')
    expect(backendMemory(path, 'a', silentLogger).recall()).toEqual({})
    for (const text of ['{', '[]', '{"machine":"a","findings":{"cuda":{}}}', '{"machine":"a","findings":{"toaster":{"device":"x"}}}']) {
      writeFileSync(path, text)
      expect(backendMemory(path, 'a', silentLogger).recall()).toEqual({})
    }
  })

  it('only says in the log where nothing can be kept', async () => {
    const warn = vi.fn()
    writeFileSync(join(folder.path, 'file'), '')
    backendMemory(join(folder.path, 'file', 'backends.json'), 'a', { ...silentLogger, warn }).remember(findings)
    await vi.waitFor(() => expect(warn).toHaveBeenCalledOnce())
  })
})

describe('machineKey', () => {
  it('changes with the version, a driver file, a folder of drivers and a library of ours', () => {
    const [driver, drivers, library] = ['driver', 'icd.d', 'llava-desk.node'].map((name) => join(folder.path, name)) as [string, string, string]
    const key = (version = '1') => machineKey(version, [library], [driver, drivers])
    const keys = [key(), key('2')]
    writeFileSync(driver, '535.1')
    keys.push(key())
    writeFileSync(driver, '550.54')
    keys.push(key())
    mkdirSync(drivers)
    writeFileSync(join(drivers, 'intel.json'), '{}')
    keys.push(key())
    writeFileSync(library, 'built')
    keys.push(key())
    expect(new Set(keys).size).toBe(keys.length)
    expect(key()).toBe(keys.at(-1))
    expect(readFileSync(driver, 'utf8')).toBe('550.54')
  })
})

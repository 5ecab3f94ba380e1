import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLogger } from '../../platform/log.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import type { LoadOptions } from '../protocol.ts'
import { memorySteps, smallerLoad } from './memorySteps.ts'

const options: LoadOptions = { files: { model: '/m.gguf', projector: null }, isDemo: false, backend: 'auto', threads: null, contextSize: null, gpuLayers: null }
const step = { gpuLayers: 20, contextSize: 4096, kvType: 'f16' as const }

let folder: ReturnType<typeof temporaryFolder>
let path: string
beforeEach(() => {
  folder = temporaryFolder()
  path = join(folder.path, 'cache', 'steps.json')
})
afterEach(() => folder.remove())
const kept = async (text: RegExp) => await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toMatch(text))

describe('steps', () => {
  it('are remembered over restarts for exactly what was asked for, whatever threads and adapters', async () => {
    memorySteps(path, silentLogger).remember(options, step)
    await kept(/20/)
    const later = memorySteps(path, silentLogger)
    expect(later.recall({ ...options, threads: 3, adapters: [{ path: '/a.gguf', scale: 1 }] })).toEqual(step)
    for (const other of [{ gpuLayers: 33 }, { contextSize: 512 }, { kvType: 'q8_0' as const }, { backend: 'cpu' as const }, { files: { model: '/n.gguf', projector: null } }]) expect(later.recall({ ...options, ...other })).toBeNull()
  })

  it('are forgotten one by one, and all of them on a machine with other memory', async () => {
    const steps = memorySteps(path, silentLogger)
    steps.remember(options, step)
    steps.remember({ ...options, gpuLayers: 30 }, step)
    steps.remember(options, null)
    expect([steps.recall(options), steps.recall({ ...options, gpuLayers: 30 })]).toEqual([null, step])
    await kept(/^(?!.*null,null,null,null).*20/)
    expect(memorySteps(path, silentLogger, 'another').recall({ ...options, gpuLayers: 30 })).toBeNull()
  })

  it('start anew where their file is damaged', () => {
    writeFileSync(join(folder.path, 'bad.json'), '{"machine":')
    expect(memorySteps(join(folder.path, 'bad.json'), silentLogger).recall(options)).toBeNull()
  })
})

describe('a smaller load', () => {
  const plan = { contextSize: 4096, cells: 4096, gpuLayers: 33, layers: 33, projectorOnGpu: true, kvType: 'f16' as const, threads: 4 }
  it('takes layers from the graphics device, then context and precision, and then there is none', () => {
    expect(smallerLoad(plan)).toEqual({ gpuLayers: 22, contextSize: 4096, kvType: 'f16' })
    expect(smallerLoad({ ...plan, gpuLayers: 0 })).toEqual({ gpuLayers: 0, contextSize: 2048, kvType: 'q8_0' })
    expect(smallerLoad({ ...plan, gpuLayers: 0, contextSize: 1024 })).toEqual({ gpuLayers: 0, contextSize: 1024, kvType: 'q8_0' })
    expect(smallerLoad({ ...plan, gpuLayers: 0, contextSize: 1024, kvType: 'q8_0' })).toBeNull()
  })
})

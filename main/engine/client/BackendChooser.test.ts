import { describe, expect, it, vi } from 'vitest'
import { AppError } from '../../contract/errors/AppError.ts'
import { silentLogger } from '../../platform/log.ts'
import { BackendChooser } from './BackendChooser.ts'
import { noMemory } from './backendMemory.ts'
import type { BackendMemory, Findings } from './backendMemory.ts'
import { EngineConnection } from './EngineConnection.ts'
import { InMemoryLauncher, protocol } from './testing/InMemoryProcess.ts'
import type { InMemoryProcess } from './testing/InMemoryProcess.ts'

/** What a backend does when it is tried: its device's name, null for none, or "crash" or "hang". */
type Behaviour = string | null

/** A machine with these backends; one that is not named does not load. */
function machine(devices: Readonly<Record<string, Behaviour>>, platform = { name: 'linux', arch: 'x64', hasGraphicsDevice: () => true }, memory: BackendMemory = noMemory) {
  const probe = (process: () => InMemoryProcess) =>
    protocol.probe.handler(async ({ input: { backend }, errors }) => {
      const device = devices[backend]
      if (device === 'crash') process().exit({ code: null, signal: 'SIGSEGV' })
      if (device === 'crash' || device === 'hang') return await new Promise<never>(() => undefined)
      if (device === undefined || backend === 'auto') throw errors.APP({ data: { code: 'ENGINE_START_FAILED', params: { detail: `${backend} does not load` } } })
      return { backend, device, note: '', llamaCpp: 'x', systemInfo: '', processId: 1 }
    })
  const launcher = new InMemoryLauncher((process) => ({ probe: probe(process) }))
  const chooser = new BackendChooser(() => new EngineConnection(launcher.spawn({ args: [], env: {} }), silentLogger), silentLogger, memory, platform)
  return { chooser, launcher }
}

describe('BackendChooser', () => {
  it('takes the best that has a device', async () => {
    expect(await machine({ cuda: 'RTX', vulkan: 'RTX' }).chooser.choose('auto')).toEqual({ backend: 'cuda', note: '' })
  })

  it('falls back step by step, also over crashes, and says why', async () => {
    const { chooser } = machine({ cuda: 'crash', vulkan: 'Arc' })
    expect(await chooser.choose('auto')).toEqual({ backend: 'vulkan', note: 'cuda: signal SIGSEGV' })
    expect(await machine({ vulkan: null }).chooser.choose('auto')).toEqual({ backend: 'cpu', note: 'cuda: cuda does not load; vulkan: no device' })
  })

  it('falls back to the CPU from a backend that was asked for', async () => {
    expect(await machine({}).chooser.choose('vulkan')).toEqual({ backend: 'cpu', note: 'vulkan: vulkan does not load' })
    expect(await machine({ vulkan: 'Arc' }).chooser.choose('vulkan')).toEqual({ backend: 'vulkan', note: '' })
  })

  it('tries each backend once, in a process that does not stay', async () => {
    const { chooser, launcher } = machine({ vulkan: 'Arc' })
    await chooser.choose('auto')
    await chooser.choose('auto')
    expect(launcher.processes.map(({ killed }) => killed)).toEqual([true, true])
  })

  it('remembers over restarts what serves and what does not, but tries again what a person names', async () => {
    let kept: Findings = {}
    const memory: BackendMemory = { recall: () => kept, remember: (findings) => void (kept = findings) }
    const devices: Record<string, Behaviour> = { cuda: 'crash', vulkan: 'Arc' }
    await machine(devices, undefined, memory).chooser.choose('auto')
    expect(kept).toEqual({ cuda: { reason: 'signal SIGSEGV' }, vulkan: { device: 'Arc' } })
    const later = machine(devices, undefined, memory)
    expect(await later.chooser.choose('auto')).toEqual({ backend: 'vulkan', note: 'cuda: signal SIGSEGV' })
    expect(later.launcher.processes).toEqual([])
    devices['cuda'] = 'RTX'
    expect(await machine(devices, undefined, memory).chooser.choose('cuda')).toEqual({ backend: 'cuda', note: '' })
    expect((await machine(devices, undefined, memory).chooser.choose('auto')).backend).toBe('cuda')
  })

  const keeping = () => {
    let kept: Findings = {}
    const memory: BackendMemory = { recall: () => kept, remember: (findings) => void (kept = findings) }
    return { memory, kept: () => kept }
  }

  it.each<[name: string, end: (process: InMemoryProcess, connection: EngineConnection) => unknown]>([
    ['the app quits', async (_process, connection) => await connection.stop(0)],
    ['the system ends the process', (process) => process.exit({ code: null, signal: 'SIGTERM' })],
  ])('remembers nothing of a probe during which %s, and tries again', async (_name, end) => {
    const { memory, kept } = keeping()
    let probes = 0
    let connection: EngineConnection | null = null
    const launcher = new InMemoryLauncher((process) => ({ probe: protocol.probe.handler(async ({ input: { backend } }) => {
      probes++
      if (probes > 1) return { backend: 'vulkan', device: backend, note: '', llamaCpp: 'x', systemInfo: '', processId: 1 }
      void end(process(), connection!)
      return await new Promise<never>(() => undefined)
    }) }))
    const chooser = new BackendChooser(() => (connection = new EngineConnection(launcher.spawn({ args: [], env: {} }), silentLogger)), silentLogger, memory)
    expect((await chooser.choose('vulkan')).backend).toBe('cpu')
    expect(kept()).toEqual({})
    expect(await chooser.choose('vulkan')).toEqual({ backend: 'vulkan', note: '' })
    expect(kept()).toEqual({ vulkan: { device: 'vulkan' } })
  })

  it('remembers nothing of a process that could not be started', async () => {
    const { memory, kept } = keeping()
    const chooser = new BackendChooser(() => {
      throw new AppError('ENGINE_START_FAILED', { detail: 'no such program' })
    }, silentLogger, memory)
    expect(await chooser.choose('cuda')).toEqual({ backend: 'cpu', note: 'cuda: no such program' })
    expect(kept()).toEqual({})
  })

  it('starts nothing for the CPU, nor where the system shows no graphics device', async () => {
    const { chooser, launcher } = machine({ cuda: 'RTX' }, { name: 'linux', arch: 'x64', hasGraphicsDevice: () => false })
    expect(await chooser.choose('cpu')).toEqual({ backend: 'cpu', note: '' })
    expect(await chooser.choose('auto')).toEqual({ backend: 'cpu', note: 'no graphics device was found' })
    expect(launcher.processes).toEqual([])
  })

  it('knows what each system has', async () => {
    const mac = { name: 'darwin', hasGraphicsDevice: () => true }
    expect((await machine({ metal: 'M3' }, { ...mac, arch: 'arm64' }).chooser.choose('auto')).backend).toBe('metal')
    expect((await machine({ metal: 'HD' }, { ...mac, arch: 'x64' }).chooser.choose('auto')).backend).toBe('cpu')
  })

  it('gives up on a driver that hangs, for this run alone', async () => {
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => AbortSignal.abort(new Error('late')))
    try {
      const { memory, kept } = keeping()
      const { chooser, launcher } = machine({ cuda: 'hang', vulkan: 'Arc' }, undefined, memory)
      for (let times = 0; times < 2; times++) expect((await chooser.choose('cuda')).note).toBe('cuda: no answer in 30 s')
      expect([kept(), launcher.processes.length]).toEqual([{}, 1])
    } finally {
      vi.restoreAllMocks()
    }
  })
})

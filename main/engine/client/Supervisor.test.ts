import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLogger } from '../../platform/log.ts'
import type { LoadEvent, LoadOptions } from '../protocol.ts'
import { EngineClient } from './EngineClient.ts'
import { politeStopMs } from './Supervisor.ts'
import { info, options, ready, streamOf, unload } from './testing/calls.ts'
import { InMemoryLauncher, protocol } from './testing/InMemoryProcess.ts'

const { files: { model } } = options
const withAdapter = (path: string): LoadOptions => ({ ...options, adapters: [{ path, scale: 1 }] })

/** Processes that are slow to end: each lives until it is killed. */
const slow = protocol.unload.handler(async () => await new Promise<never>(() => undefined))

describe('Supervisor', () => {
  let client: EngineClient
  beforeEach(() => vi.useFakeTimers())
  afterEach(async () => {
    const stopped = client.stop()
    await vi.runAllTimersAsync()
    await stopped
    vi.useRealTimers()
  })
  /** A client that was told to use a model, with how many of its processes live. */
  const start = (launcher: InMemoryLauncher, wanted = options) => {
    client = new EngineClient({ launcher, addonFolder: '/addons', logger: silentLogger, environment: {} })
    client.use(wanted)
    return () => launcher.processes.filter(({ killed }) => !killed).length
  }
  /** Tells whether a promise is settled by now. */
  const watch = (promise: Promise<unknown>) => {
    let settled = false
    void promise.finally(() => (settled = true)).catch(() => undefined)
    return async () => {
      await vi.advanceTimersByTimeAsync(0)
      return settled
    }
  }

  it('loads again only when the process that went to rest has given its memory back', async () => {
    const launcher = new InMemoryLauncher(() => ({ load: ready, unload: slow }))
    const living = start(launcher)
    await client.ready()
    client.restAfter(1)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(client.status.state).toBe('resting')
    const again = client.ready()
    await vi.advanceTimersByTimeAsync(politeStopMs - 1)
    expect([launcher.processes.length, living()]).toEqual([1, 1])
    await vi.advanceTimersByTimeAsync(1)
    expect([await again, launcher.processes.length, living()]).toEqual([info, 2, 1])
  })

  it('loads another model only when the unloaded one is gone, and unloads no sooner either', async () => {
    const launcher = new InMemoryLauncher(() => ({ load: ready, unload: slow }))
    start(launcher)
    await client.ready()
    const first = watch(client.unload())
    const second = watch(client.unload())
    client.use({ ...options, contextSize: 512 })
    await vi.advanceTimersByTimeAsync(politeStopMs - 1)
    expect([await first(), await second(), launcher.processes.length]).toEqual([false, false, 1])
    await vi.advanceTimersByTimeAsync(1)
    expect([await first(), await second(), launcher.processes.length, client.status.state]).toEqual([true, true, 2, 'ready'])
  })

  it('rests again after a load that nobody asked anything', async () => {
    let loaded: () => void = () => undefined
    const launcher = new InMemoryLauncher(() => ({ unload, load: protocol.load.handler(async function* () {
      yield { type: 'progress' as const, fraction: 0.5 }
      await new Promise<void>((resolve) => (loaded = resolve))
      yield { type: 'ready' as const, info }
    }) }))
    start(launcher)
    client.restAfter(1)
    // The time runs out while it loads, then with the model ready; each load after that gets its own.
    for (const load of [() => undefined, () => void client.ready(), () => client.use({ ...options, contextSize: 512 })]) {
      load()
      await vi.advanceTimersByTimeAsync(2 * 60_000)
      expect(client.status.state).toBe('loading')
      loaded()
      await client.ready()
      await vi.advanceTimersByTimeAsync(59_000)
      expect(client.status.state).toBe('ready')
      await vi.advanceTimersByTimeAsync(1000)
      expect(client.status.state).toBe('resting')
    }
  })

  describe('lets go of files', () => {
    it('that are open, and of no others', async () => {
      start(new InMemoryLauncher(() => ({ load: ready, unload })), { ...withAdapter('/adapter.gguf'), files: { model, projector: '/projector.gguf' } })
      for (const path of [model, '/projector.gguf', '/adapter.gguf']) {
        await client.ready()
        await client.release(['/other.gguf'])
        expect(client.status.state).toBe('ready')
        await client.release(['/other.gguf', path])
        expect([client.status.state, client.processId]).toEqual(['none', null])
        client.use({ ...withAdapter('/adapter.gguf'), files: { model, projector: '/projector.gguf' } })
      }
    })

    it('that a process has open which is just ending', async () => {
      const launcher = new InMemoryLauncher(() => ({ load: ready, unload: slow }))
      start(launcher)
      await client.ready()
      client.restAfter(1)
      await vi.advanceTimersByTimeAsync(60_000)
      const released = watch(client.release([model]))
      await vi.advanceTimersByTimeAsync(politeStopMs - 1)
      expect(await released()).toBe(false)
      await vi.advanceTimersByTimeAsync(1)
      expect([await released(), client.status.state]).toEqual([true, 'resting'])
    })

    it('that a load is about to open', async () => {
      start(new InMemoryLauncher(() => ({ load: protocol.load.handler(async function* () {
        yield await new Promise<never>(() => undefined)
      }), unload })))
      await client.release([model])
      expect(client.status.state).toBe('none')
    })

    it('of the model before, while another is on its way', async () => {
      const launcher = new InMemoryLauncher((process) => ({ unload, load: protocol.load.handler(async function* ({ input }) {
        yield { type: 'progress' as const, fraction: 0.5 }
        if (process().pid === 1 && input.files.model !== model) await new Promise<never>(() => undefined)
        yield { type: 'ready' as const, info: { ...info, files: input.files } }
      }) }))
      start(launcher)
      await client.ready()
      const files = { model: '/models/b.gguf', projector: null }
      client.use({ ...options, files })
      await vi.advanceTimersByTimeAsync(0)
      await client.release([model])
      expect(launcher.processes[0]!.killed).toBe(true)
      expect(await client.ready()).toMatchObject({ files })
    })

    it('that stay open when adapters could not be changed, but not after a load that failed', async () => {
      const fails = ({ errors }: { errors: { APP: (error: { data: { code: string; params: Record<string, string> } }) => Error } }): never => {
        throw errors.APP({ data: { code: 'ADAPTER_MISSING', params: { path: '/b.gguf' } } })
      }
      let isGood = true
      const load = protocol.load.handler((call) => (isGood ? streamOf<LoadEvent>({ type: 'ready', info }) : fails(call)))
      const launcher = new InMemoryLauncher(() => ({ load, unload, setAdapters: protocol.setAdapters.handler(fails) }))
      start(launcher, withAdapter('/a.gguf'))
      await client.ready()
      client.use(withAdapter('/b.gguf'))
      await expect(client.ready()).rejects.toMatchObject({ code: 'ADAPTER_MISSING' })
      await client.release(['/b.gguf'])
      expect([client.status.state, launcher.last.killed]).toEqual(['failed', false])
      await client.release(['/a.gguf'])
      expect([client.status.state, launcher.last.killed]).toEqual(['none', true])
      isGood = false
      client.use(withAdapter('/a.gguf'))
      await expect(client.ready()).rejects.toMatchObject({ code: 'ADAPTER_MISSING' })
      await client.release([model])
      expect([client.status.state, launcher.last.killed]).toEqual(['failed', false])
    })
  })
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EngineStatus } from '../../contract/domains/model.ts'
import { silentLogger } from '../../platform/log.ts'
import type { GenerateEvent, GenerateInput, LoadEvent, LoadRequest } from '../protocol.ts'
import { EngineClient } from './EngineClient.ts'
import { noSteps } from './memorySteps.ts'
import { politeStopMs } from './Supervisor.ts'
import { info, options, ready, streamOf, unload } from './testing/calls.ts'
import { InMemoryLauncher, protocol } from './testing/InMemoryProcess.ts'
import type { InMemoryProcess } from './testing/InMemoryProcess.ts'

const stats = { promptTokens: 1, imageTokens: 0, generatedTokens: 1, reusedPromptTokens: 0, reusedImages: 0, evaluatedTokens: 1, milliseconds: { queue: 0, image: 0, prompt: 0, firstToken: 0, generation: 0, total: 0 } }
const input: GenerateInput = { conversation: 'a', prompt: [], sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, repeatPenalty: 1, seed: 1 }, maxTokens: 1, stopTexts: [] }

const answers = protocol.generate.handler(() => streamOf<GenerateEvent>({ type: 'end', stop: 'end', stats }))
const plan = { contextSize: 4096, cells: 4096, gpuLayers: 33, layers: 33, projectorOnGpu: true, kvType: 'f16' as const, threads: 4 }
const measure = protocol.measure.handler(() => ({ backend: 'cuda' as const, device: 'a card', plan, places: [], adapters: 0, process: 1 }))
const memoryUse = { resident: 5, fileBacked: null, context: null, embeddings: 0, devices: [] }
/** Dies while it loads. */
const dies = (process: () => InMemoryProcess, ...lastLines: string[]) =>
  protocol.load.handler(async function* () {
    yield { type: 'progress' as const, fraction: 0.1 }
    process().exit({ code: null, signal: 'SIGABRT' }, ...lastLines)
    await new Promise(() => undefined)
  })

describe('EngineClient', () => {
  const started: EngineClient[] = []
  beforeEach(() => vi.useFakeTimers())
  afterEach(async () => {
    for (const client of started.splice(0)) {
      const stopped = client.stop()
      await vi.runAllTimersAsync()
      await stopped
    }
    vi.useRealTimers()
  })
  const start = (launcher: InMemoryLauncher, steps = noSteps()) => {
    const client = new EngineClient({ launcher, steps, addonFolder: '/addons', logger: silentLogger, environment: { HOME: '/home/a', SECRET: 'x' } })
    started.push(client)
    const statuses: EngineStatus[] = []
    client.subscribe((status) => statuses.push(status))
    return { client, statuses }
  }
  const failed = (client: EngineClient) => (client.status.state === 'failed' ? client.status.error : null)

  it('starts the process with a written environment and one argument', async () => {
    const launcher = new InMemoryLauncher(() => ({ load: ready, unload }))
    const { client, statuses } = start(launcher)
    client.use(options)
    expect(await client.ready()).toEqual(info)
    expect(launcher.last.spawned).toEqual({ args: ['{"addonFolder":"/addons","cacheFolder":null}'], env: { HOME: '/home/a' } })
    expect(statuses.map(({ state }) => state)).toEqual(['loading', 'loading', 'ready'])
    expect(statuses[0]).toMatchObject({ name: 'a', fraction: 0 })
  })

  it('does nothing for the same options again, and loads others in the same process', async () => {
    let loads = 0
    const launcher = new InMemoryLauncher(() => ({ unload, load: protocol.load.handler(() => {
      loads++
      return streamOf<LoadEvent>({ type: 'ready', info })
    }) }))
    const { client } = start(launcher)
    client.use(options)
    await client.ready()
    client.use({ ...options })
    await client.ready()
    expect(loads).toBe(1)
    client.use({ ...options, contextSize: 512 })
    await client.ready()
    expect([loads, launcher.processes.length]).toEqual([2, 1])
  })

  it('restarts with growing pauses, gives up after three crashes, and tries again when told to', async () => {
    const launcher: InMemoryLauncher = new InMemoryLauncher((process) => ({ load: launcher.processes.length < 3 ? dies(process) : ready, unload }))
    const { client } = start(launcher)
    client.use(options)
    await vi.advanceTimersByTimeAsync(0)
    expect([launcher.processes.length, client.status.state]).toEqual([1, 'loading'])
    await vi.advanceTimersByTimeAsync(200)
    expect(launcher.processes.length).toBe(2)
    await vi.advanceTimersByTimeAsync(399)
    expect(launcher.processes.length).toBe(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(launcher.processes.length).toBe(3)
    expect(failed(client)).toEqual({ code: 'ENGINE_KEEPS_FAILING', params: { times: 3 } })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(launcher.processes.length).toBe(3)
    client.retry()
    expect(await client.ready()).toEqual(info)
  })

  it('counts crashes from the last good answer', async () => {
    const launcher = new InMemoryLauncher(() => ({ load: ready, generate: answers, unload }))
    const { client } = start(launcher)
    client.use(options)
    for (let round = 0; round < 5; round++) {
      for await (const event of client.generate(input)) expect(event.type).toBe('end')
      launcher.last.exit({ code: 1, signal: null })
      await vi.advanceTimersByTimeAsync(400)
      expect(client.status.state).toBe('ready')
    }
    expect(launcher.processes.length).toBe(6)
  })

  it.each(['ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate buffer of size 1', 'CUDA error: out of memory', "terminate called after throwing an instance of 'std::bad_alloc'"])(
    'says that memory ran out when the last words are "%s", and tries that again smaller, but only once',
    async (words) => {
      const loads: LoadRequest[] = []
      const launcher = new InMemoryLauncher((process) => ({
        load: protocol.load.handler(async function* ({ input }) {
          loads.push(input)
          yield { type: 'progress' as const, fraction: 0.1 }
          process().exit({ code: null, signal: 'SIGABRT' }, `[error] ${words}`)
          await new Promise(() => undefined)
        }),
        measure,
        unload,
      }))
      const { client, statuses } = start(launcher)
      client.use(options)
      await vi.advanceTimersByTimeAsync(60_000)
      expect(failed(client)).toEqual({ code: 'OUT_OF_MEMORY', params: { detail: words } })
      expect(loads.map(({ gpuLayers, contextSize, kvType }) => [gpuLayers, contextSize, kvType])).toEqual([[null, null, null], [22, 4096, 'f16']])
      expect(statuses.filter(({ state }) => state === 'failed')).toHaveLength(1)
    },
  )

  it('remembers what a load was made smaller to, says so, and loads in full again when told to', async () => {
    const steps = noSteps()
    const loads: LoadRequest[] = []
    let room = 30
    const launcher = new InMemoryLauncher(() => ({
      load: protocol.load.handler(async function* ({ input, errors }) {
        loads.push(input)
        await Promise.resolve()
        if ((input.gpuLayers ?? 33) > room) throw errors.APP({ data: { code: 'OUT_OF_MEMORY', params: { detail: 'x' } } })
        yield { type: 'ready' as const, info }
      }),
      measure,
      unload,
    }))
    const steppedDown = { gpuLayers: 22, contextSize: 4096, kvType: 'f16' }
    for (const expected of [[null, 22], [22]]) {
      loads.length = 0
      const { client } = start(launcher, steps)
      client.use(options)
      expect(await client.ready()).toMatchObject({ steppedDown })
      expect(loads.map(({ gpuLayers }) => gpuLayers)).toEqual(expected)
    }
    const { client } = start(launcher, steps)
    client.use(options)
    await client.ready()
    loads.length = 0
    client.tryInFull()
    expect(await client.ready()).toMatchObject({ steppedDown })
    room = 33
    client.tryInFull()
    expect(await client.ready()).toMatchObject({ steppedDown: null })
    client.tryInFull()
    expect(loads.map(({ gpuLayers }) => gpuLayers)).toEqual([null, 22, null])
  })

  it('rejects calls in flight when the process ends, and lets the next ones wait for the new one', async () => {
    const launcher = new InMemoryLauncher((process) => ({
      load: ready,
      unload,
      missing: protocol.missing.handler(async ({ input: { keys } }) => {
        if (process().pid > 1) return { keys }
        process().exit({ code: 134, signal: null })
        return await new Promise<never>(() => undefined)
      }),
    }))
    const { client } = start(launcher)
    client.use(options)
    await expect(client.missing(['a'])).rejects.toMatchObject({ code: 'ENGINE_CRASHED', params: { how: 'exit code 134' } })
    const again = client.missing(['a'])
    await vi.advanceTimersByTimeAsync(200)
    expect(await again).toEqual({ keys: ['a'] })
  })

  it('fails with the code of the load, and not at all for a crash after that', async () => {
    const launcher = new InMemoryLauncher(() => ({ unload, load: protocol.load.handler(({ errors }) => {
      throw errors.APP({ data: { code: 'MODEL_MISSING', params: { path: '/models/a.gguf' } } })
    }) }))
    const { client } = start(launcher)
    client.use(options)
    await expect(client.ready()).rejects.toMatchObject({ code: 'MODEL_MISSING', params: { path: '/models/a.gguf' } })
    launcher.last.exit({ code: 1, signal: null })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(failed(client)?.code).toBe('MODEL_MISSING')
    expect(launcher.processes.length).toBe(1)
  })

  it('reports a process that cannot be started', async () => {
    const launcher = new InMemoryLauncher(() => ({}))
    launcher.spawn = () => {
      throw new Error('no such program')
    }
    const { client } = start(launcher)
    client.use(options)
    await expect(client.ready()).rejects.toMatchObject({ code: 'ENGINE_START_FAILED', params: { detail: 'no such program' } })
  })

  it('kills a process that does not stop when asked, and calls that no crash', async () => {
    const launcher = new InMemoryLauncher(() => ({ load: ready, unload: protocol.unload.handler(async () => await new Promise<never>(() => undefined)) }))
    const { client } = start(launcher)
    client.use(options)
    await client.ready()
    const stopped = client.stop()
    await vi.advanceTimersByTimeAsync(politeStopMs - 1)
    expect(launcher.last.killed).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await stopped
    expect(launcher.last.killed).toBe(true)
    await expect(client.ready()).rejects.toMatchObject({ code: 'ENGINE_STOPPED' })
    client.use(options)
    await expect(client.probe('cpu')).rejects.toMatchObject({ code: 'ENGINE_STOPPED' })
    expect([launcher.processes.length, client.status.state]).toEqual([1, 'none'])
  })

  it('rests when nobody asks for a while, and loads again with the next call', async () => {
    let finish: () => void = () => undefined
    const slow = protocol.generate.handler(async function* () {
      await new Promise<void>((resolve) => (finish = resolve))
      yield { type: 'end' as const, stop: 'end' as const, stats }
    })
    const launcher = new InMemoryLauncher(() => ({ load: ready, generate: slow, unload, memory: protocol.memory.handler(() => memoryUse) }))
    const { client } = start(launcher)
    client.restAfter(5)
    client.use(options)
    await client.ready()
    const answer = client.generate(input)[Symbol.asyncIterator]()
    const event = answer.next()
    // An answer that takes longer is not interrupted, and the time counts from its end.
    await vi.advanceTimersByTimeAsync(6 * 60_000)
    expect(client.status.state).toBe('ready')
    finish()
    await event
    await answer.next()
    await vi.advanceTimersByTimeAsync(4 * 60_000)
    expect(client.status.state).toBe('ready')
    // An open page looks at the memory all the time; that is no question.
    expect(await client.memory()).toEqual(memoryUse)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(client.status).toMatchObject({ state: 'resting', files: options.files, name: info.name })
    await vi.advanceTimersByTimeAsync(politeStopMs)
    expect([launcher.last.killed, client.processId]).toEqual([true, null])
    expect(await client.ready()).toEqual(info)
    expect(launcher.processes.length).toBe(2)
    client.restAfter(null)
    await vi.advanceTimersByTimeAsync(60 * 60_000)
    expect(client.status.state).toBe('ready')
  })

  it('ends a bring-up that is unloaded in the middle', async () => {
    const launcher = new InMemoryLauncher(() => ({ unload, load: protocol.load.handler(async function* ({ signal }) {
      yield { type: 'progress' as const, fraction: 0.5 }
      await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))))
    }) }))
    const { client } = start(launcher)
    client.use(options)
    const waiting = client.ready().then(() => 'ready', (error: unknown) => (error as { code: string }).code)
    await vi.advanceTimersByTimeAsync(10)
    const unloaded = client.unload()
    await vi.advanceTimersByTimeAsync(2000)
    await unloaded
    expect([await waiting, client.status.state, client.processId]).toEqual(['MODEL_NONE', 'none', null])
  })
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addonFolder, answerOf, bundleEngine, codeOf, demoOptions, engineEntry, greedy, Samples, startEngine } from './testing/realEngine.ts'
import type { RealEngine } from './testing/realEngine.ts'

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
const gone = async (pid: number): Promise<void> => {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20))
}
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

describe('supervision of the real engine', () => {
  let samples: Samples
  beforeAll(async () => {
    await bundleEngine()
    samples = await Samples.create()
  })
  afterAll(async () => await samples[Symbol.asyncDispose]())

  const question = (file = 'receipt-1.png') => greedy(samples.prompt(file, 'Who is the vendor?'))
  const kill = ({ engine }: RealEngine) => {
    if (engine.processId !== null) process.kill(engine.processId, 'SIGKILL')
  }

  it('reports a load from its beginning to its end', async () => {
    await using real = startEngine()
    expect(real.engine.status).toEqual({ state: 'none' })
    expect(await codeOf(real.engine.ready())).toBe('MODEL_NONE')
    real.engine.use(demoOptions)
    const info = await real.engine.ready()
    expect(info).toMatchObject({ name: 'demo-llava', isDemo: true, architecture: 'llama', quantisation: 'F16', contextSize: 2048, vision: true, tokensPerImage: 576, imageSide: 336, backend: 'cpu', device: null, gpuLayers: 0, layers: 5 })
    const fractions = real.statuses.flatMap((status) => (status.state === 'loading' ? [status.fraction] : []))
    expect(fractions[0]).toBe(0)
    expect(fractions.at(-1)).toBe(1)
    expect(fractions).toEqual([...fractions].sort((left, right) => left - right))
  })

  it('tells every call in flight when the process is killed in mid-answer, and answers again without being told to', async () => {
    await using real = startEngine()
    real.engine.use(demoOptions)
    const killed = answerOf(real.engine, question(), undefined, (event) => {
      if (event.type === 'delta') kill(real)
    })
    const waiting = answerOf(real.engine, question())
    await expect(killed).rejects.toMatchObject({ code: 'ENGINE_CRASHED', params: { how: 'signal SIGKILL' } })
    expect(await codeOf(waiting)).toBe('ENGINE_CRASHED')
    expect(real.engine.status.state).toBe('loading')
    expect((await answerOf(real.engine, question())).text).toBe('NULVAS SUPPLY')
  })

  it('pauses after three crashes without a good answer, until it is told to try again', async () => {
    await using real = startEngine()
    real.engine.use(demoOptions)
    for (let times = 0; times < 3; times++) {
      await real.engine.ready()
      const before = real.engine.processId
      kill(real)
      await until(() => real.engine.processId !== before)
    }
    expect(real.engine.status).toMatchObject({ state: 'failed', error: { code: 'ENGINE_KEEPS_FAILING', params: { times: 3 } } })
    expect(await codeOf(answerOf(real.engine, question()))).toBe('ENGINE_KEEPS_FAILING')
    real.engine.retry()
    expect((await answerOf(real.engine, question())).text).toBe('NULVAS SUPPLY')
  })

  it('survives twenty kills at random moments: every answer is right or says that the engine crashed', async () => {
    await using real = startEngine()
    real.engine.use(demoOptions)
    let right = 0
    for (let round = 0; round < 20; round++) {
      const before = real.engine.processId
      const delay = Math.random() * 400
      const outcome = answerOf(real.engine, question()).then(({ text }) => text, (error: unknown) => (error as { code: string }).code)
      if (real.engine.status.state === 'ready') {
        await new Promise((resolve) => setTimeout(resolve, delay))
        kill(real)
        await until(() => real.engine.processId !== before)
      }
      expect(['NULVAS SUPPLY', 'ENGINE_CRASHED']).toContain(await outcome)
      if (real.engine.status.state === 'failed') real.engine.retry()
      if ((await answerOf(real.engine, question())).text === 'NULVAS SUPPLY') right++
    }
    expect(right).toBe(20)
  })

  it('aborts in the middle of a picture, of a prompt and of an answer, and goes on at once', async () => {
    await using real = startEngine()
    real.engine.use(demoOptions)
    await real.engine.ready()
    const before = real.engine.processId
    for (const moment of ['image', 'prompt', 'delta'] as const) {
      const abort = new AbortController()
      const aborted = answerOf(real.engine, question(), abort.signal, (event) => {
        if (moment === (event.type === 'progress' ? event.phase : event.type)) abort.abort()
      })
      expect(await codeOf(aborted)).toBe('ABORTED')
    }
    expect(await codeOf(answerOf(real.engine, question(), AbortSignal.abort()))).toBe('ABORTED')
    for await (const event of real.engine.generate(question())) if (event.type === 'delta') break
    expect((await answerOf(real.engine, question())).text).toBe('NULVAS SUPPLY')
    expect(real.engine.processId).toBe(before)
  })

  it('lets a request be aborted while the model is still loading', async () => {
    await using real = startEngine()
    real.engine.use(demoOptions)
    const abort = new AbortController()
    const waiting = codeOf(answerOf(real.engine, question(), abort.signal))
    abort.abort()
    expect(await waiting).toBe('ABORTED')
    expect(await real.engine.ready()).toMatchObject({ name: 'demo-llava' })
  })

  it('replaces a model in the middle of its load', async () => {
    await using real = startEngine()
    real.engine.use({ ...demoOptions, contextSize: 1024 })
    await until(() => real.engine.processId !== null)
    real.engine.use(demoOptions)
    expect(await real.engine.ready()).toMatchObject({ contextSize: 2048 })
    expect((await answerOf(real.engine, question())).text).toBe('NULVAS SUPPLY')
  })

  it('frees everything on unload, and loads again when asked', async () => {
    await using real = startEngine()
    real.engine.use(demoOptions)
    await real.engine.ready()
    const pid = real.engine.processId!
    await real.engine.unload()
    expect(real.engine.status).toEqual({ state: 'none' })
    await gone(pid)
    expect(await codeOf(answerOf(real.engine, question()))).toBe('MODEL_NONE')
    real.engine.use(demoOptions)
    expect((await answerOf(real.engine, question())).text).toBe('NULVAS SUPPLY')
  })

  it('stops for good with calls in flight, which is no crash', async () => {
    const real = startEngine()
    real.engine.use(demoOptions)
    await real.engine.ready()
    const pid = real.engine.processId!
    const stopped = codeOf(answerOf(real.engine, question(), undefined, (event) => {
      if (event.type === 'delta') void real.engine.stop()
    }))
    expect(await stopped).toBe('ENGINE_STOPPED')
    await real.engine.stop()
    await gone(pid)
    expect(await codeOf(real.engine.ready())).toBe('ENGINE_STOPPED')
  })

  it('says what a backend is without a model', async () => {
    await using real = startEngine()
    const { systemInfo, llamaCpp, ...probed } = await real.engine.probe('cpu')
    expect(probed).toMatchObject({ backend: 'cpu', device: null, note: '' })
    expect(systemInfo).toContain('CPU')
    expect(llamaCpp).not.toBe('')
    expect(real.engine.processId).toBeNull()
  })

  it('never leaves a process behind when its parent is killed', async () => {
    const args = JSON.stringify([engineEntry, JSON.stringify({ addonFolder })])
    const program = `const [entry, options] = ${args}; const child = require('node:child_process').fork(entry, [options]); child.once('spawn', () => console.log(child.pid)); setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [chunk] = (await once(parent.stdout, 'data')) as [Buffer]
    const pid = Number(chunk.toString())
    expect(isAlive(pid)).toBe(true)
    parent.kill('SIGKILL')
    await gone(pid)
  })
})

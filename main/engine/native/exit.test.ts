import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CONTEXT, DEMO_MODEL, DEMO_PROJECTOR, ROOT } from './testing.ts'
import { ensureAddon } from './build/ensureAddon.mjs'

let addon = ''
const folder = mkdtempSync(join(tmpdir(), 'llava-desk-exit-'))
const library = pathToFileURL(createRequire(import.meta.url).resolve('node-llama-cpp')).href

afterAll(() => {
  rmSync(folder, { recursive: true })
})

beforeAll(async () => {
  const { addons } = await ensureAddon({ root: ROOT, log: () => undefined })
  addon = addons['cpu'] ?? ''
})

/** Runs a script that has `binding`, `model`, `projector` and `context`; resolves with how the process ended. */
async function runScript(body: string): Promise<{ code: number | null; signal: string | null; output: string }> {
  const script = `
    import { createRequire } from 'node:module'
    import { getLlama } from ${JSON.stringify(library)}
    await getLlama({ gpu: false, build: 'never', progressLogs: false })
    const binding = createRequire(import.meta.url)(${JSON.stringify(addon)})
    const model = await binding.loadModel(${JSON.stringify(DEMO_MODEL)}, { gpuLayers: 0, useMmap: true, devices: 'none' }, () => {}).done
    const projector = await binding.loadProjector(${JSON.stringify(DEMO_PROJECTOR)}, model, { useGpu: false, threads: 2 }, () => {}).done
    const context = await binding.createContext(model, ${JSON.stringify(CONTEXT)})
    const long = { sequence: 0, position: 0, tokens: new Int32Array(1900).fill(9) }
    ${body}`
  const path = join(folder, 'script.mjs')
  writeFileSync(path, script)
  const child = spawn(process.execPath, ['--expose-gc', path], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()))
  return await new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, output })))
}

test.each([
  ['ends by itself with everything still open', ''],
  ['ends by itself after a step and a picture', 'await context.step([long]); await projector.encode(new Uint8Array(3), 1, 1)'],
  ['exits in the middle of a step', 'context.step([long]).catch(() => {}); setTimeout(() => process.exit(0), 20)'],
  ['exits in the middle of a picture', 'projector.encode(new Uint8Array(3), 1, 1).catch(() => {}); setTimeout(() => process.exit(0), 5)'],
  ['exits in the middle of a load', `binding.loadModel(${JSON.stringify(DEMO_MODEL)}, { gpuLayers: 0, useMmap: false, devices: 'none' }, () => {}).done.catch(() => {}); process.exit(0)`],
])('a process %s cleanly', async (_name, body) => {
  expect(await runScript(body)).toMatchObject({ code: 0, signal: null })
})

test('what nobody holds any more is freed', async () => {
  const { code, output } = await runScript(`
    const measure = async () => {
      for (let i = 0; i < 10; i++) { globalThis.gc(); await new Promise((resolve) => setTimeout(resolve, 20)) }
      return process.memoryUsage.rss() / 2 ** 20
    }
    const useOnce = async () => {
      const kept = await binding.createContext(model, { ...${JSON.stringify(CONTEXT)}, contextSize: 16384, kvType: 'f32' })
      await kept.step([long])
    }
    await useOnce()
    const before = await measure()
    for (let i = 0; i < 8; i++) await useOnce()
    console.log('grown', (await measure()) - before)`)
  const grown = Number(/grown (-?[\d.]+)/.exec(output)?.[1])
  expect(code).toBe(0)
  // Each context's cache takes 96 MiB; eight that stay would be 768.
  expect(grown).toBeLessThan(300)
})

test('an exception in a listener is an uncaught exception', async () => {
  const { code, output } = await runScript(`binding.setLogger(() => { throw new Error('from the listener') }); await binding.createContext(model, ${JSON.stringify(CONTEXT)}); await new Promise((resolve) => setTimeout(resolve, 1000))`)
  expect(code).not.toBe(0)
  expect(output).toContain('from the listener')
})

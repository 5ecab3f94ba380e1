import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demoFiles } from '../engine/startEngine.ts'
import { ensurePeers } from '../peers/ensurePeers.ts'
import { LlamaServer } from '../peers/LlamaServer.ts'
import type { Comparison } from '../speed/statistics.ts'
import { Host, untilModelReady } from './Host.ts'

/** From starting the app to a page that can ask, on a new data folder, against llama-server with the same demo model. */
export async function compareStart({ threads, rounds }: { threads: number; rounds: number }): Promise<Comparison[]> {
  const peers = await ensurePeers('llama-server')
  const [served, ready, theirs]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    const server = await LlamaServer.start(peers['llama-server'], demoFiles, { threads, contextSize: 2048, slots: 1 })
    theirs.push(performance.now() - start)
    await server.stop()
    const ours = await startApp()
    served.push(ours.served)
    ready.push(ours.ready)
  }
  const line = { unit: 'ms', peer: 'llama-server, same model', kind: 'time', theirs } as const
  return [
    { ...line, what: 'start to page, browser host', ours: served },
    { ...line, what: 'start to interactive, browser host', ours: ready },
  ]
}

async function startApp(): Promise<{ served: number; ready: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'llava-desk-start-'))
  const start = performance.now()
  const host = await Host.start(folder)
  try {
    await host.page()
    const served = performance.now() - start
    await untilModelReady(await host.connect())
    return { served, ready: performance.now() - start }
  } finally {
    await host.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

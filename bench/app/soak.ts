import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { enginesBelow } from '../../e2e/support/Process.ts'
import { samplePath, sampleQuestions } from '../samples.ts'
import { median } from '../speed/statistics.ts'
import type { Comparison } from '../speed/statistics.ts'
import { Host, untilModelReady } from './Host.ts'

/** Growth is told between the second so many requests and the last: in the first, memory that was planned and allocated is touched for the first time. */
const window = 100
/** A new chat after so many questions, so that chats neither end in a full context nor stay one. */
const questionsPerChat = 5
const mebibyte = 1024 ** 2
/** Of Linux on everything this runs on. */
const pageBytes = 4096

/** Resident memory of engine and app (services, storage, server) over many requests through the whole app, with the demo model. Linux only. */
export async function compareSoak({ requests }: { requests: number }): Promise<Comparison[]> {
  if (process.platform !== 'linux') throw new Error('resident memory is read from /proc, on Linux only')
  if (requests < 3 * window) throw new Error(`a soak needs ${3 * window} requests or more`)
  const folder = mkdtempSync(join(tmpdir(), 'llava-desk-soak-'))
  const host = await Host.start(folder)
  const [engine, app]: [number[], number[]] = [[], []]
  try {
    const client = await host.connect()
    await untilModelReady(client)
    const pid = await onlyEngine(host)
    let chatId = ''
    for (let request = 0; request < requests; request++) {
      const { file, prompt } = sampleQuestions[request % sampleQuestions.length]!
      if (request % questionsPerChat === 0) chatId = (await client.chats.create()).id
      const image = await client.images.add({ file: new Blob([readFileSync(samplePath(file))]), name: file })
      const first = request % questionsPerChat === 0
      const { answer } = await client.chats.ask({ chatId, text: prompt, images: first ? [image.id] : [], options: { maxTokens: 16 } })
      for await (const event of await client.chats.follow({ messageId: answer.id })) if (event.type === 'end' && event.message.status !== 'done') throw new Error(`an answer ended ${event.message.status}`)
      engine.push(residentBytes(pid) / mebibyte)
      app.push(residentBytes(host.pid) / mebibyte)
      if ((request + 1) % 500 === 0) console.log(`  ${request + 1} requests: engine ${engine.at(-1)!.toFixed(0)} MiB, app ${app.at(-1)!.toFixed(0)} MiB`)
    }
  } finally {
    await host.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  for (const [name, sizes] of Object.entries({ engine, app })) console.log(`  ${name}, median of every ${window} requests in MiB: ${windows(sizes).join(', ')}`)
  const line = { unit: 'MiB', peer: `in the second ${window} requests`, kind: 'time' } as const
  return [
    { ...line, what: `resident memory of the engine after ${requests} requests`, ours: engine.slice(-window), theirs: engine.slice(window, 2 * window) },
    { ...line, what: `resident memory of the app after ${requests} requests`, ours: app.slice(-window), theirs: app.slice(window, 2 * window) },
  ]
}

/** The engine that serves. Those in which something was tried before the load may just be ending. */
async function onlyEngine(host: Host): Promise<number> {
  for (const end = performance.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const [pid, ...more] = enginesBelow(host.pid)
    if (pid !== undefined && more.length === 0) return pid
    if (performance.now() > end) throw new Error(`${more.length} engine processes too many, or none`)
  }
}

function windows(sizes: readonly number[]): string[] {
  return Array.from({ length: Math.floor(sizes.length / window) }, (_, i) => median(sizes.slice(i * window, (i + 1) * window)).toFixed(1))
}

function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * pageBytes
}

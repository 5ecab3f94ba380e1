import { startEngine } from '../engine/startEngine.ts'
import { ensurePeers } from '../peers/ensurePeers.ts'
import { LlamaServer } from '../peers/LlamaServer.ts'
import { BenchPictures } from './BenchPictures.ts'
import type { BenchPicture } from './BenchPictures.ts'
import { benchFiles } from './models.ts'
import type { BenchFiles, BenchShape } from './models.ts'
import { askEngine, askServer } from './request.ts'
import type { BenchAnswer, BenchRequest } from './request.ts'
import type { Comparison } from './statistics.ts'
import { fieldRequests, recordRequest } from './template.ts'

const contextSize = 1024

/**
 * Pages a minute with one template, one, two and four at a time, against llama-server with as many slots and its caches on: ours as
 * whole records, and field by field, the way that the app reads templates of plain fields by default.
 */
export async function comparePages(options: { threads: number; rounds: number; shape: BenchShape; pages: number }): Promise<Comparison[]> {
  const { threads, rounds, shape } = options
  const files = benchFiles(shape)
  const peers = await ensurePeers('llama-server')
  const store = new BenchPictures()
  const results: Comparison[] = []
  try {
    const pictures = await store.makeAll(options.pages)
    for (const parallel of [1, 2, 4]) {
      const [whole, byField, theirs]: [number[], number[], number[]] = [[], [], []]
      for (let round = 0; round < rounds; round++) {
        theirs.push(await serverPages(peers['llama-server'], files, { threads, parallel, pictures }))
        whole.push(await enginePages(files, { threads, parallel, pictures }, recordOf))
        byField.push(await enginePages(files, { threads, parallel, pictures }, fieldsOf))
        console.log(`  ${parallel} at a time: ${whole.at(-1)!.toFixed(2)}, by field ${byField.at(-1)!.toFixed(2)}, against ${theirs.at(-1)!.toFixed(2)} pages a minute`)
      }
      const line = { unit: 'pages/min', peer: `llama-server -np ${parallel}`, kind: 'rate', theirs } as const
      results.push({ ...line, what: `${pictures.length} pages, ${parallel} at a time, ${shape} shape`, ours: whole })
      results.push({ ...line, what: `the same, ours by field`, ours: byField })
    }
  } finally {
    store.dispose()
  }
  return results
}

interface PagesOptions {
  readonly threads: number
  readonly parallel: number
  readonly pictures: readonly BenchPicture[]
}

type Ask = (request: BenchRequest) => Promise<BenchAnswer>
/** Reads a page's record, with one request or several. */
type ReadPage = (ask: Ask, picture: BenchPicture, worker: string) => Promise<unknown>

const recordOf: ReadPage = async (ask, picture, worker) => JSON.parse((await ask(recordRequest(picture, worker))).text) as unknown
const fieldsOf: ReadPage = async (ask, picture, worker) => await Promise.all(fieldRequests(picture, worker).map(ask))

async function serverPages(program: string, files: BenchFiles, { threads, parallel, pictures }: PagesOptions): Promise<number> {
  const server = await LlamaServer.start(program, files, { threads, contextSize, slots: parallel })
  try {
    return await rateOf(async (request) => await askServer(server, request), recordOf, parallel, pictures)
  } finally {
    await server.stop()
  }
}

async function enginePages(files: BenchFiles, { threads, parallel, pictures }: PagesOptions, read: ReadPage): Promise<number> {
  const engine = await startEngine(files, { threads, contextSize })
  try {
    return await rateOf(async (request) => await askEngine(engine, request), read, parallel, pictures)
  } finally {
    await engine.stop()
  }
}

/** Reads all pages, `parallel` at a time. Returns pages a minute. */
async function rateOf(ask: Ask, read: ReadPage, parallel: number, pictures: readonly BenchPicture[]): Promise<number> {
  const left = pictures.entries()
  const start = performance.now()
  const work = async (worker: number): Promise<void> => {
    for (const [, picture] of left) await read(ask, picture, `worker ${worker}`)
  }
  await Promise.all(Array.from({ length: parallel }, async (_, worker) => await work(worker)))
  return (60_000 * pictures.length) / (performance.now() - start)
}

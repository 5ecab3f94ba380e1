import { startEngine } from '../engine/startEngine.ts'
import { ensurePeers } from '../peers/ensurePeers.ts'
import { LlamaServer } from '../peers/LlamaServer.ts'
import { BenchPictures } from './BenchPictures.ts'
import type { BenchPicture } from './BenchPictures.ts'
import { benchFiles } from './models.ts'
import type { BenchShape } from './models.ts'
import { askEngine, askServer } from './request.ts'
import type { BenchAnswer, BenchRequest } from './request.ts'
import type { Comparison } from './statistics.ts'
import { fieldRequests, recordRequest } from './template.ts'

const contextSize = 1024
/** As many requests as a record has fields. */
const slots = 4

interface RecordTimes {
  readonly whole: number
  readonly fields: number
}

/** From a page to its whole record in JSON, held by a grammar: as one answer, and as one answer for each field, all asked at once. */
export async function compareRecords({ threads, rounds, shape }: { threads: number; rounds: number; shape: BenchShape }): Promise<Comparison[]> {
  const files = benchFiles(shape)
  const peers = await ensurePeers('llama-server')
  const pictures = new BenchPictures()
  const [ours, theirs]: [RecordTimes[], RecordTimes[]] = [[], []]
  try {
    for (let round = 0; round < rounds; round++) {
      const [one, other] = [await pictures.make(2 * round), await pictures.make(2 * round + 1)]
      const server = await LlamaServer.start(peers['llama-server'], files, { threads, contextSize, slots })
      try {
        theirs.push(await timeRecords(async (request) => await askServer(server, request), one, other))
      } finally {
        await server.stop()
      }
      const engine = await startEngine(files, { threads, contextSize })
      try {
        ours.push(await timeRecords(async (request) => await askEngine(engine, request), one, other))
      } finally {
        await engine.stop()
      }
    }
  } finally {
    pictures.dispose()
  }
  const line = { unit: 'ms', peer: 'llama-server', kind: 'time' } as const
  return [
    { ...line, what: `a record of a page, ${shape} shape`, ours: ours.map(({ whole }) => whole), theirs: theirs.map(({ whole }) => whole) },
    { ...line, what: `the same field by field, ${slots} at once`, ours: ours.map(({ fields }) => fields), theirs: theirs.map(({ fields }) => fields) },
  ]
}

async function timeRecords(ask: (request: BenchRequest) => Promise<BenchAnswer>, one: BenchPicture, other: BenchPicture): Promise<RecordTimes> {
  const { totalMs: whole, text } = await ask(recordRequest(one, 'whole'))
  JSON.parse(text)
  const start = performance.now()
  await Promise.all(fieldRequests(other, 'field').map(ask))
  return { whole, fields: performance.now() - start }
}

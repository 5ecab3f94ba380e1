import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '../../main/engine/client/Engine.ts'
import { demoFiles, startEngine } from '../engine/startEngine.ts'
import { GeneratedPages } from '../pages/GeneratedPages.ts'
import type { PageTask } from '../pages/GeneratedPages.ts'
import { ensurePeers } from '../peers/ensurePeers.ts'
import { LlamaServer } from '../peers/LlamaServer.ts'
import type { Comparison } from '../speed/statistics.ts'
import { projectorShapes, writeProjector } from '../synthetic/projector.ts'
import { textShapes, writeTextModel } from '../synthetic/textModel.ts'
import { readOurs, readTheirs } from './readTask.ts'
import type { TaskReading } from './readTask.ts'

const contextSize = 2048
/** Seeds of pages that count; no other comparison has them. */
const firstSeed = 10_000
/** Pictures of noise, and pages for a model that knows nothing. */
const hopeless = { noise: 20, random: 5 }

type Read = (task: PageTask) => Promise<TaskReading>

/** What came of pages: fields read right, records read right, answers that can be used. */
interface Score {
  readonly fields: number
  readonly rightFields: number
  readonly records: number
  readonly rightRecords: number
  readonly valid: number
}

/**
 * How much of the demo model's pages is read right: `pages` generated ones (200 unless more are asked for) and the held-out samples, ours
 * by field and as whole records, against llama-server with the template's JSON Schema. And whether all answers can be used, on pictures
 * of noise and from a model of random weights, too.
 */
export async function compareAccuracy({ threads, pages: count }: { threads: number; pages: number }): Promise<Comparison[]> {
  const peers = await ensurePeers('llama-server')
  const pages = new GeneratedPages()
  try {
    const tasks: Record<string, PageTask[]> = {
      'generated pages': await inTurn(Math.max(200, count), async (index) => await pages.make(firstSeed + index)),
      samples: await pages.samples(),
      'pictures of noise': await inTurn(hopeless.noise, async (index) => await pages.noise(index)),
    }
    const server = await LlamaServer.start(peers['llama-server'], demoFiles, { threads, contextSize, slots: 1 })
    const theirs = await scores(tasks, async (task) => await readTheirs(server, task)).finally(async () => await server.stop())
    const engine = await startEngine(demoFiles, { threads, contextSize })
    const results: Comparison[] = []
    try {
      for (const mode of ['fields', 'whole'] as const) {
        const ours = await scores(tasks, async (task) => await readOurs(engine, task, mode))
        results.push(...Object.keys(tasks).flatMap((name) => compared(name, mode, ours[name]!, theirs[name]!)))
      }
    } finally {
      await engine.stop()
    }
    return [...results, ...(await compareRandomModel(threads, pages))]
  } finally {
    pages.dispose()
  }
}

async function compareRandomModel(threads: number, pages: GeneratedPages): Promise<Comparison[]> {
  const folder = await mkdtemp(join(tmpdir(), 'llava-desk-random-'))
  const files = { model: join(folder, 'random.gguf'), projector: join(folder, 'random-mmproj.gguf') }
  writeTextModel(files.model, { ...textShapes.tiny, context: 4096 })
  writeProjector(files.projector, projectorShapes.deep)
  let engine: Engine | null = null
  try {
    engine = await startEngine(files, { threads, contextSize: 4096 })
    const random = engine
    const tasks = await inTurn(hopeless.random, async (index) => await pages.make(firstSeed + index))
    const results: Comparison[] = []
    for (const mode of ['fields', 'whole'] as const) {
      const { valid, records } = await score(tasks, async (task) => await readOurs(random, task, mode))
      console.log(`  a model of random weights, ${mode}: ${valid} of ${records} usable`)
    }
    return results
  } finally {
    await engine?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function scores(tasks: Readonly<Record<string, readonly PageTask[]>>, read: Read): Promise<Record<string, Score>> {
  const found: Record<string, Score> = {}
  for (const [name, of] of Object.entries(tasks)) found[name] = await score(of, read)
  return found
}

async function score(tasks: readonly PageTask[], read: Read): Promise<Score> {
  let [fields, rightFields, rightRecords, valid] = [0, 0, 0, 0]
  for (const task of tasks) {
    const { values, isValid } = await read(task)
    const names = Object.keys(task.truth)
    const right = names.filter((name) => values[name] === task.truth[name]).length
    fields += names.length
    rightFields += right
    if (right === names.length) rightRecords++
    if (isValid) valid++
  }
  return { fields, rightFields, records: tasks.length, rightRecords, valid }
}

function compared(name: string, mode: 'fields' | 'whole', ours: Score, theirs: Score): Comparison[] {
  const line = (what: string, share: (score: Score) => readonly [number, number]): Comparison[] => {
    const [[our, all], [their]] = [share(ours), share(theirs)]
    if (all === 0) return []
    console.log(`  ${name}, ${mode}, ${what}: ${our} of ${all}, llama-server ${their}`)
    return [{ what: `${what}, ${name} (${all}), ours ${mode === 'fields' ? 'by field' : 'as whole records'}`, unit: '%', peer: 'llama-server, JSON Schema', kind: 'rate', ours: [(100 * our) / all], theirs: [(100 * their) / all] }]
  }
  return [
    ...line('fields right', ({ rightFields, fields }) => [rightFields, fields]),
    ...line('records right', ({ rightRecords, records, fields }) => [rightRecords, fields === 0 ? 0 : records]),
    ...line('usable answers', ({ valid, records }) => [valid, records]),
  ]
}

/** One after the other: drawing pages takes the memory of one only. */
export async function inTurn<Result>(count: number, make: (index: number) => Promise<Result>): Promise<Result[]> {
  const made: Result[] = []
  for (let index = 0; index < count; index++) made.push(await make(index))
  return made
}

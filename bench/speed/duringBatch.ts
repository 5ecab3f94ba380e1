import type { Engine } from '../../main/engine/client/Engine.ts'
import { startEngine } from '../engine/startEngine.ts'
import { BenchPictures } from './BenchPictures.ts'
import type { BenchPicture } from './BenchPictures.ts'
import { benchFiles } from './models.ts'
import type { BenchShape } from './models.ts'
import { askEngine, questionTexts } from './request.ts'
import type { Comparison } from './statistics.ts'

/** Pages at a time, as a batch has them. */
const parallel = 4
const batchTokens = 64
const questionsPerRound = 5
const questions = ['What is the user?', 'What is an assistant?', 'What is the total?', 'What is a chat?', 'What is a human?']

/** A follow-up in a chat while a batch of pages runs, against the same engine with nothing else to do: first tokens. */
export async function compareDuringBatch({ threads, rounds, shape }: { threads: number; rounds: number; shape: BenchShape }): Promise<Comparison[]> {
  const pictures = new BenchPictures()
  const engine = await startEngine(benchFiles(shape), { threads, contextSize: 2048 })
  const [ours, theirs]: [number[], number[]] = [[], []]
  try {
    const picture = await pictures.make(0)
    for (let round = 0; round < rounds; round++) {
      // What the batch does to the chat's KV cells is part of the comparison: nothing is asked again to bring them back.
      await followUp(engine, picture, round, 0)
      for (let i = 1; i <= questionsPerRound; i++) theirs.push(await followUp(engine, picture, round, i))
      const batch = new Batch(engine, async (page) => await pictures.make(page))
      await batch.underWay()
      for (let i = 1; i <= questionsPerRound; i++) ours.push(await followUp(engine, picture, round, questionsPerRound + i))
      await batch.stop()
    }
  } finally {
    await engine.stop()
    pictures.dispose()
  }
  return [{ what: `follow-up to first token during a batch of ${parallel} pages at a time, ${shape} shape`, unit: 'ms', peer: 'idle engine', kind: 'time', ours, theirs }]
}

async function followUp(engine: Engine, picture: BenchPicture, round: number, index: number): Promise<number> {
  const question = `${questions[index % questions.length]!} ${round} ${index}`
  return (await askEngine(engine, { conversation: 'chat', picture, maxTokens: 4, keep: true, ...questionTexts(question) })).firstTokenMs
}

let pages = 0

/** Pages without end, several at a time, until it is stopped. */
class Batch {
  readonly #abort = new AbortController()
  readonly #workers: Promise<void>[]
  #answered: () => void = () => undefined
  readonly #first = new Promise<void>((resolve) => (this.#answered = resolve))

  constructor(engine: Engine, makePage: (page: number) => Promise<BenchPicture>) {
    const work = async (worker: number): Promise<void> => {
      while (!this.#abort.signal.aborted) {
        const picture = await makePage(++pages)
        await askEngine(engine, { conversation: `page ${worker}`, picture, maxTokens: batchTokens, priority: 'batch', ...questionTexts('What is the total?') }, this.#abort.signal)
        this.#answered()
      }
    }
    this.#workers = Array.from({ length: parallel }, async (_, worker) => await work(worker).catch((error: unknown) => this.#failed(error)))
  }

  /** Resolves when the first page is done. */
  async underWay(): Promise<void> {
    await this.#first
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    await Promise.all(this.#workers)
  }

  #failed(error: unknown): void {
    this.#answered()
    if (!this.#abort.signal.aborted) throw error
  }
}

import type { Engine } from '../../main/engine/client/Engine.ts'
import { inParallel } from '../../main/services/extraction/reading/inParallel.ts'
import { startEngine } from '../engine/startEngine.ts'
import { ensurePeers } from '../peers/ensurePeers.ts'
import { LlamaServer } from '../peers/LlamaServer.ts'
import { BenchPictures } from '../speed/BenchPictures.ts'
import type { BenchPicture } from '../speed/BenchPictures.ts'
import { benchFiles } from '../speed/models.ts'
import type { BenchShape } from '../speed/models.ts'
import { askEngine, askServer } from '../speed/request.ts'
import type { BenchAnswer, BenchRequest } from '../speed/request.ts'
import type { Comparison } from '../speed/statistics.ts'

const contextSize = 1536
/** Fields asked for at once. */
const widths = [8, 4] as const
const pagesPerRound = 3

const instructions = 'A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the questions. USER: '
const order = '\nThe record. ASSISTANT:'
/** More than any answer has. */
const maxTokens = 256

/**
 * Eight fields: names and the lengths of their values, digits all. In the synthetic vocabularies every character is a token of its
 * own, so names have one letter: what stands between two values then takes seven tokens (`","b":"`), where LLaMA's vocabulary takes
 * five for a name that is a word.
 */
const fields = [['a', 6], ['b', 10], ['c', 5], ['d', 6], ['e', 8], ['f', 10], ['g', 7], ['h', 4]] as const
const digits = (count: number): string => Array<string>(count).fill('[0-9]').join(' ')

/**
 * The grammar that llama-server makes of a JSON Schema with these members and patterns, but without white space: its own leaves a model
 * of random weights up to 23 tokens of it at each place, and the answers would have no fixed length.
 */
const recordGrammar = `root ::= "{" ${fields.map(([name, length]) => String.raw`"\"${name}\":\"" ${digits(length)} "\""`).join(' "," ')} "}"`
/** As the reader asks for one field: the value, and what shows that it is at its end. */
const valueGrammar = (length: number): string => String.raw`root ::= "\"" ${digits(length)} "\"" [,}]`

interface PageTime {
  readonly ms: number
  readonly generated: number
  readonly evaluated: number
}

/**
 * From a page whose picture is evaluated already to its eight values: ours by field, as the reader asks (probabilities and all), against
 * one record from llama-server. Prints where the time goes: tokens sampled and tokens of prompts evaluated.
 */
export async function compareExtractSpeed({ threads, rounds, shape }: { threads: number; rounds: number; shape: BenchShape }): Promise<Comparison[]> {
  const files = benchFiles(shape)
  const peers = await ensurePeers('llama-server')
  const pictures = new BenchPictures()
  const theirs: PageTime[] = []
  const ours = new Map<number, PageTime[]>(widths.map((width) => [width, []]))
  try {
    for (let round = 0; round < rounds; round++) {
      const pages = await Promise.all(Array.from({ length: pagesPerRound }, async (_, page) => await pictures.make(round * pagesPerRound + page)))
      const server = await LlamaServer.start(peers['llama-server'], files, { threads, contextSize, slots: 1 })
      try {
        for (const page of pages) theirs.push(await timePage(async (request) => await askServer(server, request), page, 1, [recordRequest(page)]))
      } finally {
        await server.stop()
      }
      const engine = await startEngine(files, { threads, contextSize })
      try {
        for (const width of widths) for (const page of pages) ours.get(width)!.push(await timePage(askerOf(engine), page, width, fieldRequests(page, width)))
      } finally {
        await engine.stop()
      }
    }
  } finally {
    pictures.dispose()
  }
  tell('llama-server, one record', theirs)
  return widths.map((width) => {
    const times = ours.get(width)!
    tell(`ours, ${width} fields at once`, times)
    return { what: `eight fields of a page, ${width} at once, ${shape} shape`, unit: 'ms', peer: 'llama-server, one record', kind: 'time', ours: times.map(({ ms }) => ms), theirs: theirs.map(({ ms }) => ms) }
  })
}

type Ask = (request: BenchRequest) => Promise<BenchAnswer>

/** The engine as the reader asks it: what it held for likely is wanted, too. */
function askerOf(engine: Engine): Ask {
  const asked: Pick<Engine, 'generate'> = { generate: (input, signal) => engine.generate({ ...input, probabilities: true }, signal) }
  return async (request) => await askEngine(asked, request)
}

/** Has the picture evaluated with another question behind it, then times the requests, `width` at a time. Throws where the picture was evaluated once more, or an answer has another length. */
async function timePage(ask: Ask, picture: BenchPicture, width: number, requests: readonly BenchRequest[]): Promise<PageTime> {
  await ask({ conversation: 'before', before: instructions, picture, after: '\nWhich?', maxTokens: 1, priority: 'batch' })
  const answers: BenchAnswer[] = []
  const start = performance.now()
  await inParallel(requests, width, async (request) => {
    answers.push(await ask(request))
  })
  const ms = performance.now() - start
  const sum = (of: (answer: BenchAnswer) => number): number => answers.reduce((all, answer) => all + of(answer), 0)
  const time = { ms, generated: sum(({ generated }) => generated), evaluated: sum(({ evaluated }) => evaluated) }
  if (time.evaluated > 576) throw new Error('the picture was evaluated once more')
  if (sum(({ text }) => text.replaceAll(/\D/g, '').length) !== fields.reduce((all, [, length]) => all + length, 0)) throw new Error('an answer has another length')
  return time
}

function recordRequest(picture: BenchPicture): BenchRequest {
  return { conversation: 'record', before: instructions, picture, after: order, maxTokens, grammar: recordGrammar, priority: 'batch' }
}

function fieldRequests(picture: BenchPicture, width: number): BenchRequest[] {
  return fields.map(([name, length]) => ({ conversation: `${width} ${name}`, before: instructions, picture, after: `${order} {"${name}":`, maxTokens, grammar: valueGrammar(length), priority: 'batch' }))
}

function tell(who: string, times: readonly PageTime[]): void {
  const [first] = times
  if (first !== undefined) console.log(`  ${who}: ${times.map(({ ms }) => ms.toFixed(0)).join(', ')} ms; ${first.generated} tokens sampled, ${first.evaluated} of the prompts evaluated`)
}

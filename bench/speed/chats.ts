import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '../../main/engine/client/Engine.ts'
import { startEngine } from '../engine/startEngine.ts'
import { ensurePeers } from '../peers/ensurePeers.ts'
import { LlamaServer } from '../peers/LlamaServer.ts'
import { BenchPictures } from './BenchPictures.ts'
import { benchFiles } from './models.ts'
import type { BenchFiles, BenchShape } from './models.ts'
import { askEngine, askServer, questionTexts, settleEngine, settleServer } from './request.ts'
import type { BenchRequest } from './request.ts'
import type { Comparison } from './statistics.ts'

/** What may be asked after the first question. `follow-up`: the next one. `new-chat`: another about the same picture. `reopen`: the next one, after a restart. */
export type ChatStep = 'follow-up' | 'new-chat' | 'reopen'

const contextSize = 2048
/** As many tokens of an answer are waited for. What stands for it in the next prompt is a fixed text, so that both sides evaluate the same. */
const answerTokens = 8
const [first, second, third] = [
  { question: 'What is the total?', answer: 'The total is the answers to detailed questions.' },
  { question: 'What is the user?', answer: 'The user is a curious human.' },
  { question: 'What is an assistant?', answer: '' },
] as const
/** Chats are kept on disk when nobody has asked for a while and written then; an engine that keeps none costs the bench this long. */
const keepMilliseconds = 60_000

/** Times to the first token in one round, in milliseconds. */
type Times = Record<'cold' | ChatStep, number>
type Ask = (request: BenchRequest) => Promise<{ firstTokenMs: number }>

/** One program with one model: asked, restarted, stopped. */
interface Side {
  readonly ask: Ask
  /** Lets it stand as if this had been the answer to the request. */
  settle(request: BenchRequest, answer: string): Promise<void>
  restart(): Promise<void>
  stop(): Promise<void>
}

/**
 * First tokens of a chat that goes on, against llama-server with its prompt caches; loads not counted. Each round has a picture
 * and a process of its own on both sides.
 */
export async function compareChats(steps: readonly ChatStep[], { threads, rounds, shape }: { threads: number; rounds: number; shape: BenchShape }): Promise<Comparison[]> {
  const files = benchFiles(shape)
  const peers = await ensurePeers('llama-server')
  const pictures = new BenchPictures()
  const [ours, theirs]: [Times[], Times[]] = [[], []]
  try {
    for (let round = 0; round < rounds; round++) {
      const picture = await pictures.make(round)
      const sides = [
        async () => theirs.push(await chat(await startServer(peers['llama-server'], files, threads), steps, picture)),
        async () => ours.push(await chat(await startOurs(files, threads), steps, picture)),
      ]
      // Whoever is first reads more of the model from the disk.
      if (round % 2 === 1) sides.reverse()
      for (const side of sides) await side()
      console.log(`  round ${round + 1}: ${JSON.stringify(ours.at(-1))} against ${JSON.stringify(theirs.at(-1))}`)
    }
  } finally {
    pictures.dispose()
  }
  return ['cold' as const, ...steps].flatMap((step) => toComparisons(step, ours, theirs, shape))
}

const titles = { cold: 'first question about a picture', 'follow-up': 'follow-up', 'new-chat': 'same picture in a new chat', reopen: 'chat reopened after a restart' } as const

function toComparisons(step: keyof Times, ours: readonly Times[], theirs: readonly Times[], shape: BenchShape): Comparison[] {
  const times = ours.map((round) => round[step])
  const line = { unit: 'ms', kind: 'time', ours: times } as const
  const against = { ...line, what: `${titles[step]} to first token, ${shape} shape`, peer: 'llama-server', theirs: theirs.map((round) => round[step]) }
  if (step === 'cold') return [against]
  return [against, { ...line, what: `${titles[step]}, as part of cold`, peer: 'our own first question', theirs: ours.map((round) => round.cold) }]
}

async function chat(side: Side, steps: readonly ChatStep[], picture: BenchRequest['picture']): Promise<Times> {
  const request = { conversation: 'first', picture, maxTokens: answerTokens, keep: true }
  const times: Times = { cold: 0, 'follow-up': 0, 'new-chat': 0, reopen: 0 }
  const time = async (asked: BenchRequest, answer: string): Promise<number> => {
    const { firstTokenMs } = await side.ask(asked)
    if (answer !== '') await side.settle(asked, answer)
    return firstTokenMs
  }
  try {
    times.cold = await time({ ...request, ...questionTexts(first.question) }, first.answer)
    if (steps.includes('follow-up')) times['follow-up'] = await time({ ...request, ...questionTexts(second.question, [first]) }, second.answer)
    if (steps.includes('new-chat')) times['new-chat'] = await time({ ...request, conversation: 'second', ...questionTexts(second.question) }, '')
    if (steps.includes('reopen')) {
      await side.restart()
      times.reopen = await time({ ...request, ...questionTexts(third.question, [first, second]) }, third.answer)
    }
    return times
  } finally {
    await side.stop()
  }
}

async function startServer(program: string, files: BenchFiles, threads: number): Promise<Side> {
  const start = async (): Promise<LlamaServer> => await LlamaServer.start(program, files, { threads, contextSize, slots: 1 })
  let server = await start()
  return {
    ask: async (request) => await askServer(server, request),
    settle: async (request, answer) => await settleServer(server, request, answer),
    restart: async () => {
      await server.stop()
      server = await start()
    },
    stop: async () => await server.stop(),
  }
}

async function startOurs(files: BenchFiles, threads: number): Promise<Side> {
  const cacheFolder = mkdtempSync(join(tmpdir(), 'llava-desk-cache-'))
  const start = async (): Promise<Engine> => await startEngine(files, { threads, contextSize, cacheFolder })
  let engine = await start()
  return {
    ask: async (request) => await askEngine(engine, request),
    settle: async (request, answer) => await settleEngine(engine, request, answer),
    restart: async () => {
      await untilKept(cacheFolder)
      await engine.stop()
      engine = await start()
    },
    stop: async () => {
      await engine.stop()
      rmSync(cacheFolder, { recursive: true, force: true })
    },
  }
}

/** Waits until a chat lies on the disk and nothing more is written. */
async function untilKept(folder: string): Promise<void> {
  const chats = join(folder, 'chats')
  let before = -1
  for (const end = performance.now() + keepMilliseconds; performance.now() < end; ) {
    const names = existsSync(chats) ? readdirSync(chats) : []
    const bytes = names.reduce((sum, name) => sum + (statSync(join(chats, name), { throwIfNoEntry: false })?.size ?? 0), 0)
    if (bytes > 0 && bytes === before && !names.some((name) => name.endsWith('.tmp'))) return
    before = bytes
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  console.log('  no chat was kept on disk')
}

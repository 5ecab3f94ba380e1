import { startEngine } from '../engine/startEngine.ts'
import { ensurePeers } from '../peers/ensurePeers.ts'
import { MtmdChat } from '../peers/MtmdChat.ts'
import { BenchPictures } from './BenchPictures.ts'
import type { BenchPicture } from './BenchPictures.ts'
import { benchFiles } from './models.ts'
import type { BenchFiles, BenchShape } from './models.ts'
import { askEngine } from './request.ts'
import type { Comparison } from './statistics.ts'

const contextSize = 2048
const question = 'What is the total?'

/** From a picture and a question to the first token, loads not counted, against llama-mtmd-cli. Each is started anew for every round. */
export async function compareImageToFirstToken({ threads, rounds, shape }: { threads: number; rounds: number; shape: BenchShape }): Promise<Comparison[]> {
  const peers = await ensurePeers('llama-mtmd-cli')
  const files = benchFiles(shape)
  const pictures = new BenchPictures()
  const ours: number[] = []
  const theirs: number[] = []
  try {
    for (let round = 0; round < rounds; round++) {
      const picture = await pictures.make(round)
      theirs.push(await askCli(peers['llama-mtmd-cli'], files, threads, picture))
      ours.push(await askOurs(files, threads, picture))
      console.log(`  round ${round + 1}: ${ours.at(-1)!.toFixed(0)} ms against ${theirs.at(-1)!.toFixed(0)} ms`)
    }
  } finally {
    pictures.dispose()
  }
  return [{ what: `image to first token, ${shape} shape`, unit: 'ms', peer: 'llama-mtmd-cli', kind: 'time', ours, theirs }]
}

async function askCli(program: string, files: BenchFiles, threads: number, picture: BenchPicture): Promise<number> {
  const chat = await MtmdChat.start(program, files, { threads, contextSize })
  try {
    // Both read a file of plain pixels, so that no decoder counts.
    return await chat.firstToken(picture.path, question)
  } finally {
    await chat.stop()
  }
}

async function askOurs(files: BenchFiles, threads: number, picture: BenchPicture): Promise<number> {
  const engine = await startEngine(files, { threads, contextSize })
  try {
    // As the vicuna template of the other side writes it.
    return (await askEngine(engine, { conversation: 'a', before: 'USER: ', picture, after: `${question}\nASSISTANT:`, maxTokens: 1 })).firstTokenMs
  } finally {
    await engine.stop()
  }
}

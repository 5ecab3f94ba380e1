import { startEngine } from '../engine/startEngine.ts'
import { ensurePeers } from '../peers/ensurePeers.ts'
import { runPeer } from '../peers/runPeer.ts'
import { benchModel } from './models.ts'
import type { Comparison } from './statistics.ts'
import { textPrompt, timeAnswer } from './timeAnswer.ts'

const promptTokens = 64
/** Short runs, many of them and in turn, so that whatever else the machine does meets both. */
const runsPerRound = 5

/**
 * What our engine adds to a token, on models so small that little else is left: against a plain C++ decode loop. One model
 * has LLaMA's 32000 tokens, over which we also compute a log-probability, the other few.
 */
export async function compareOverhead({ threads, rounds, generatedTokens }: { threads: number; rounds: number; generatedTokens: number }): Promise<Comparison[]> {
  const measure = async (model: string, vocabulary: 'words' | 'letters', what: string): Promise<Comparison> => {
    const peers = await ensurePeers('decode-loop')
    const ours: number[] = []
    const theirs: number[] = []
    const engine = await startEngine({ model, projector: null }, { threads, contextSize: 1024 })
    try {
      await timeAnswer(engine, textPrompt(promptTokens, 0, vocabulary), generatedTokens)
      for (let round = 0; round < rounds; round++) {
        for (let run = 1; run <= runsPerRound; run++) {
          const prompt = textPrompt(promptTokens, round * runsPerRound + run, vocabulary)
          ours.push((await timeAnswer(engine, prompt, generatedTokens)).tokenMs)
        }
        const output = await runPeer(peers['decode-loop'], [model, ...[threads, promptTokens, generatedTokens, runsPerRound + 1].map(String)])
        // The first run warms up.
        theirs.push(...(JSON.parse(output) as { runs: { tokenMs: number }[] }).runs.slice(1).map((run) => run.tokenMs))
      }
    } finally {
      await engine.stop()
    }
    return { what, unit: 'ms', peer: 'plain C++ loop', kind: 'cost', ours, theirs }
  }
  return [
    await measure(benchModel('synthetic-tiny.gguf'), 'letters', 'a token of a tiny model, vocabulary of 512'),
    await measure(benchModel('synthetic-tiny-32k.gguf'), 'words', 'a token of a tiny model, vocabulary of 32000'),
  ]
}

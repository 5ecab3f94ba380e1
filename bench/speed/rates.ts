import { startEngine } from '../engine/startEngine.ts'
import { ensurePeers } from '../peers/ensurePeers.ts'
import { runPeer } from '../peers/runPeer.ts'
import { benchModel } from './models.ts'
import type { Comparison } from './statistics.ts'
import { textPrompt, timeAnswer } from './timeAnswer.ts'

/** Prompt and token rates on a 7B-shaped model: our whole engine (client, process, scheduler) against llama-bench. */
export async function compareRates(options: { threads: number; rounds: number; promptTokens: number; generatedTokens: number }): Promise<Comparison[]> {
  const { threads, rounds, promptTokens, generatedTokens } = options
  const peers = await ensurePeers('llama-bench')
  const model = benchModel('synthetic-7b.gguf')
  const ours: Rates[] = []
  const theirs: Rates[] = []
  for (let round = 0; round < rounds; round++) {
    // Each loads the model for itself, so that neither runs beside the other's threads; the first round also warms the file cache.
    theirs.push(await llamaBench(peers['llama-bench'], model, options))
    ours.push(await engineRates(model, { threads, promptTokens, generatedTokens, round }))
    console.log(`round ${round + 1}: prompt ${ours.at(-1)!.prompt.toFixed(2)} against ${theirs.at(-1)!.prompt.toFixed(2)} tokens/s, answer ${ours.at(-1)!.answer.toFixed(3)} against ${theirs.at(-1)!.answer.toFixed(3)}`)
  }
  const line = { unit: 'tokens/s', peer: 'llama-bench', kind: 'rate' } as const
  return [
    { ...line, what: `7B-shaped Q4_K_M, prompt of ${promptTokens} tokens`, ours: ours.map((rate) => rate.prompt), theirs: theirs.map((rate) => rate.prompt) },
    { ...line, what: `7B-shaped Q4_K_M, answer of ${generatedTokens} tokens`, ours: ours.map((rate) => rate.answer), theirs: theirs.map((rate) => rate.answer) },
  ]
}

interface Rates {
  readonly prompt: number
  readonly answer: number
}

async function engineRates(model: string, options: { threads: number; promptTokens: number; generatedTokens: number; round: number }): Promise<Rates> {
  const engine = await startEngine({ model, projector: null }, { threads: options.threads, contextSize: 1024 })
  try {
    // As llama-bench, which runs a token before each test: weights touched, threads started.
    await timeAnswer(engine, textPrompt(4, 1), 1)
    const prompt = await timeAnswer(engine, textPrompt(options.promptTokens, 2 + options.round), 1)
    const answer = await timeAnswer(engine, textPrompt(2, 9), options.generatedTokens + 1)
    return { prompt: (1000 * prompt.stats.evaluatedTokens) / prompt.firstTokenMs, answer: 1000 / answer.tokenMs }
  } finally {
    await engine.stop()
  }
}

async function llamaBench(program: string, model: string, options: { threads: number; promptTokens: number; generatedTokens: number }): Promise<Rates> {
  const { threads, promptTokens, generatedTokens } = options
  const tests = ['-p', String(promptTokens), '-n', String(generatedTokens), '-r', '1', '-o', 'json']
  // Its warm-up is a whole prompt; ours is a token, and so is what is left of its with --no-warmup: the prompt test comes first.
  const output = await runPeer(program, ['-m', model, '-t', String(threads), '-ngl', '0', '-fa', '1', '--no-warmup', ...tests])
  const results = JSON.parse(output) as { n_prompt: number; n_gen: number; avg_ts: number }[]
  const rate = (test: (result: { n_prompt: number; n_gen: number }) => boolean): number => {
    const found = results.find(test)
    if (found === undefined) throw new Error(`llama-bench gave ${output}`)
    return found.avg_ts
  }
  return { prompt: rate((result) => result.n_prompt > 0), answer: rate((result) => result.n_gen > 0) }
}

import { fileURLToPath } from 'node:url'
import { runPeer } from '../peers/runPeer.ts'
import type { DraftingTimes } from './draftingChild.ts'
import { benchModel } from './models.ts'
import type { Comparison } from './statistics.ts'

/**
 * Guessing where it was measured to pay against never guessing, on the same scheduler and model in turn: an answer that goes
 * round in circles, which is what copying from a prompt looks like to it, and one that does not.
 */
export async function compareDrafting({ threads, rounds, generatedTokens }: { threads: number; rounds: number; generatedTokens: number }): Promise<Comparison[]> {
  const compare = async (model: string, name: string): Promise<Comparison[]> => {
    const args = ['--import', 'tsx', fileURLToPath(new URL('draftingChild.ts', import.meta.url)), model, ...[threads, rounds, generatedTokens].map(String)]
    const times = JSON.parse(await runPeer(process.execPath, args)) as DraftingTimes
    const line = { unit: 'ms', peer: 'no guesses', kind: 'time' } as const
    return [
      { ...line, what: `a token of an answer that repeats, ${name}`, ours: times.repeating.measured, theirs: times.repeating.never },
      { ...line, what: `a token of one that does not, ${name}`, ours: times.other.measured, theirs: times.other.never },
    ]
  }
  return [...(await compare(benchModel('synthetic-small.gguf'), 'small model')), ...(await compare(benchModel('synthetic-7b.gguf'), '7B-shaped Q4_K_M'))]
}

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EngineClient } from '../../main/engine/client/EngineClient.ts'
import type { Engine } from '../../main/engine/client/Engine.ts'
import { forkLauncher } from '../../main/engine/client/ForkProcess.ts'
import type { GenerateStats, LoadOptions, PromptPart } from '../../main/engine/protocol.ts'
import { silentLogger } from '../../main/platform/log.ts'

/** The clone. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/** The demo model's files. */
export const demoFiles = {
  model: join(root, 'resources', 'demo-model', 'demo-llava.gguf'),
  projector: join(root, 'resources', 'demo-model', 'demo-llava-mmproj.gguf'),
} as const

/**
 * The real engine as the hosts run it: supervisor here, a child process from the built bundle, the model loaded on the CPU.
 * Needs `npm run build` before. `cacheFolder`: where it keeps on disk what it has computed, soon; nowhere unless given. One token was
 * evaluated, as llama.cpp's programs do before they count as loaded. The caller stops it.
 */
export async function startEngine(files: LoadOptions['files'], options: { threads: number; contextSize?: number; cacheFolder?: string }): Promise<Engine> {
  const engine = new EngineClient({
    launcher: forkLauncher(join(root, 'out', 'main', 'engine.js')),
    addonFolder: join(root, 'out', 'native'),
    cacheFolder: options.cacheFolder ?? null,
    saveAfterMs: 500,
    logger: silentLogger,
  })
  engine.use({ files, isDemo: false, backend: 'cpu', threads: options.threads, contextSize: options.contextSize ?? null, gpuLayers: 0 })
  try {
    await engine.ready()
    const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repeatPenalty: 1, seed: 1 }
    for await (const event of engine.generate({ conversation: 'warm-up', prompt: [{ type: 'text', text: 'a', trusted: false }], sampling, maxTokens: 1, stopTexts: [] })) if (event.type === 'end') break
  } catch (error) {
    await engine.stop()
    throw error
  }
  return engine
}

/** A greedy answer as text and token ids (the end token left out). */
export interface GreedyAnswer {
  readonly text: string
  readonly tokens: readonly number[]
  readonly stats: GenerateStats
}

let conversations = 0

/** Greedy answer to a prompt, in a conversation of its own. */
export async function answerGreedily(engine: Engine, prompt: readonly PromptPart[], maxTokens: number): Promise<GreedyAnswer> {
  const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repeatPenalty: 1, seed: 1 }
  const tokens: number[] = []
  let text = ''
  for await (const event of engine.generate({ conversation: `bench ${++conversations}`, prompt: [...prompt], sampling, maxTokens, stopTexts: [] })) {
    if (event.type === 'delta') {
      text += event.text
      tokens.push(...event.tokens)
    }
    if (event.type === 'end') return { text, tokens, stats: event.stats }
  }
  throw new Error('the answer has no end')
}

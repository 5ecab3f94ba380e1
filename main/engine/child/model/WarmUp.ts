import { log } from '../log.ts'
import type { NativeContext } from '../../native/binding.d.ts'
import { isAborted } from '../engineError.ts'
import type { Vision } from './promptItems.ts'
import { fastestThreads, threadsToTry } from './threadChoice.ts'
import type { ThreadMemory } from './ThreadMemory.ts'

/** What is warmed up. */
export interface WarmUpParts {
  readonly context: Pick<NativeContext, 'step' | 'removeRange' | 'setThreads' | 'abort'>
  readonly vision: Vision | null
  /** Whether layers are on a graphics device. */
  readonly onGraphics: boolean
  /** Threads to choose among; null where they are not measured: chosen by the person, or no limit on a graphics device. */
  readonly mostThreads: number | null
  readonly memory: Pick<ThreadMemory, 'read' | 'write'>
}

/** Tokens that are evaluated at once to see what a prompt takes. */
const promptTokens = 32
/** Runs of each kind of work with each number of threads. */
const runs = 3
/** With so few threads a prompt is never faster with less of them, and it takes seconds to try. */
const fewThreads = 3
/** A token every vocabulary has. */
const anyToken = 0

/**
 * [Note: Warm-up] What a first question would otherwise wait for, done between the load and it.
 *
 * The first step reads the weights from the disk where they are mapped (measured with a small model: three times as long as the
 * second one). On a graphics device the first picture compiles its kernels; on the CPU it takes no longer than the second, so
 * none is encoded there. Then the number of threads is measured, once for a model on a machine. A question that comes meanwhile
 * ends all this at once, and it is not taken up again before the next load.
 */
export class WarmUp {
  readonly #parts: WarmUpParts
  #left = false
  #busy: 'step' | 'picture' | null = null

  constructor(parts: WarmUpParts) {
    this.#parts = parts
  }

  /** A request has come: what runs is aborted. */
  leave(): void {
    // Once: what is aborted is all that waits in that line, by then others' work as well.
    if (this.#left) return
    this.#left = true
    if (this.#busy === 'step') this.#parts.context.abort()
    else if (this.#busy === 'picture') this.#parts.vision?.projector.abort()
  }

  /** Nothing else works in the context meanwhile. Never rejects: a model that is not warm answers all the same. */
  async run(): Promise<void> {
    try {
      await this.#step(1)
      if (this.#parts.onGraphics) await this.#picture()
      await this.#chooseThreads()
    } catch (error) {
      if (!isAborted(error)) log('warn', `the model could not be warmed up: ${String(error)}`)
    }
  }

  async #chooseThreads(): Promise<void> {
    const { context, mostThreads: most, memory } = this.#parts
    if (most === null || most < 2) return
    const known = await memory.read(most)
    const chosen = known ?? (await this.#measureThreads(most))
    if (chosen === null) return
    context.setThreads(chosen.answering, chosen.prompt)
    if (known === null) await memory.write(most, chosen)
    log('info', `threads of ${most}: ${chosen.answering} for answers, ${chosen.prompt} for prompts (${known === null ? 'measured' : 'measured before'})`)
  }

  /** Null where a request came first. */
  async #measureThreads(most: number): Promise<{ answering: number; prompt: number } | null> {
    const answering = new Map<number, number>()
    const prompt = new Map<number, number>()
    try {
      for (const threads of threadsToTry(most)) {
        this.#parts.context.setThreads(threads, threads)
        answering.set(threads, await this.#least(1))
        if (most > fewThreads) prompt.set(threads, await this.#least(promptTokens))
        if (this.#left) return null
      }
    } finally {
      this.#parts.context.setThreads(most, most)
    }
    return { answering: fastestThreads(answering, most), prompt: fastestThreads(prompt, most) }
  }

  /** Milliseconds of the fastest of several steps of so many tokens. */
  async #least(tokens: number): Promise<number> {
    let least = Infinity
    for (let run = 0; run < runs && !this.#left; run++) least = Math.min(least, await this.#step(tokens))
    return least
  }

  /** Milliseconds of one step in the first sequence, which is empty before and after. */
  async #step(tokens: number): Promise<number> {
    if (this.#left) return Infinity
    const { context } = this.#parts
    this.#busy = 'step'
    try {
      const startedAt = performance.now()
      await context.step([{ sequence: 0, position: 0, tokens: new Array<number>(tokens).fill(anyToken) }])
      return performance.now() - startedAt
    } finally {
      this.#busy = null
      context.removeRange(0, 0, -1)
    }
  }

  async #picture(): Promise<void> {
    const projector = this.#parts.vision?.projector
    if (projector === undefined || this.#left) return
    const side = projector.info.imageSize
    this.#busy = 'picture'
    try {
      await projector.encode(new Uint8Array(side * side * 3), side, side)
    } finally {
      this.#busy = null
    }
  }
}

import { readFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import * as z from 'zod'
import { atomicWrite } from '../../../platform/atomicWrite.ts'
import { log } from '../log.ts'

/** Threads for steps of a single token, and for longer ones. */
export interface ThreadNumbers {
  readonly answering: number
  readonly prompt: number
}

const numbers = z.object({ answering: z.number().int().positive(), prompt: z.number().int().positive() })
const file = z.record(z.string(), numbers.extend({ measuredAt: z.number() }))
/** A machine that was busy, or on its battery, at the first load must not answer with too few threads for ever. */
const validMs = 7 * 24 * 3_600_000
/** Models come and go; the oldest measurements with them. */
const mostKept = 50

/**
 * What was measured for a model on this machine, kept over restarts in a file that may be deleted at any time. Null as `path`:
 * nothing is kept.
 */
export class ThreadMemory {
  readonly #path: string | null
  readonly #model: string

  /** `model`: what the speed depends on, e.g. size and quantisation. */
  constructor(path: string | null, model: string) {
    this.#path = path
    this.#model = model
  }

  /** What was measured where `most` threads could be chosen; null where nothing was. */
  async read(most: number): Promise<ThreadNumbers | null> {
    const found = (await this.#all())[this.#key(most)]
    if (found === undefined || Math.abs(Date.now() - found.measuredAt) > validMs) return null
    const { answering, prompt } = found
    return answering <= most && prompt <= most ? { answering, prompt } : null
  }

  /** Never rejects: what could not be kept is measured again. */
  async write(most: number, chosen: ThreadNumbers): Promise<void> {
    if (this.#path === null) return
    const others = Object.entries(await this.#all()).filter(([key]) => key !== this.#key(most))
    const kept = Object.fromEntries([...others.slice(1 - mostKept), [this.#key(most), { ...chosen, measuredAt: Date.now() }]])
    await atomicWrite(this.#path, JSON.stringify(kept)).catch((error: unknown) => log('warn', `the number of threads is not kept: ${String(error)}`))
  }

  async #all(): Promise<Readonly<z.infer<typeof file>>> {
    try {
      return this.#path === null ? {} : file.parse(JSON.parse(await readFile(this.#path, 'utf8')))
    } catch {
      return {}
    }
  }

  #key(most: number): string {
    return `${cpus()[0]?.model ?? 'unknown'}, ${most} threads, ${this.#model}`
  }
}

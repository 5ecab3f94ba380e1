import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import type { BenchFiles } from '../speed/models.ts'

/** It waits for a line. */
const ready = /\n> $/
/** It has the picture and waits for the next line. */
const loaded = /image loaded\s*\n> $/
/** Behind the question, which it repeats as it is typed: the answer's one token, or its sign for the next line where that is white space. */
const answered = /\?\n\s*\S/

/**
 * llama-mtmd-cli in its chat mode, so that its load does not count: the model is loaded and warm before the question is typed.
 * Whoever starts it stops it.
 */
export class MtmdChat {
  readonly #child: ChildProcessWithoutNullStreams
  #output = ''
  #errors = ''

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child
    child.stdout.on('data', (chunk: Buffer) => (this.#output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (this.#errors = (this.#errors + chunk.toString()).slice(-4000)))
    child.stdin.on('error', () => undefined)
  }

  /** Resolves once the model is loaded. */
  static async start(program: string, { model, projector }: BenchFiles, { threads, contextSize }: { threads: number; contextSize: number }): Promise<MtmdChat> {
    const chat = new MtmdChat(
      spawn(program, [
        ...['-m', model, '--mmproj', projector, '-ngl', '0', '-t', String(threads), '-c', String(contextSize)],
        ...['--chat-template', 'vicuna', '--temp', '0', '-n', '1'],
      ]),
    )
    await chat.#until(ready)
    return chat
  }

  /** Milliseconds from typing picture and question, which ends with a question mark, to the first token of the answer. */
  async firstToken(picture: string, question: string): Promise<number> {
    this.#output = ''
    const start = performance.now()
    this.#child.stdin.write(`/image ${picture}\n`)
    // Typed ahead, the question is repeated before or behind this, and taken for an answer.
    await this.#until(loaded)
    this.#output = ''
    this.#child.stdin.write(`${question}\n`)
    await this.#until(answered)
    return performance.now() - start
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, 'exit')
    this.#child.stdin.end('/quit\n')
    const insist = setTimeout(() => this.#child.kill('SIGKILL'), 5000)
    await gone
    clearTimeout(insist)
  }

  #until(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (error?: Error): void => {
        this.#child.stdout.off('data', look)
        this.#child.off('close', ended)
        this.#child.off('error', finish)
        if (error === undefined) resolve()
        else reject(error)
      }
      const look = (): void => {
        if (pattern.test(this.#output)) finish()
      }
      const ended = (): void => finish(new Error(`llama-mtmd-cli ended before ${String(pattern)}:\n${this.#errors}`))
      this.#child.stdout.on('data', look)
      this.#child.once('close', ended)
      this.#child.once('error', finish)
      look()
    })
  }
}

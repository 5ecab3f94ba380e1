import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { checkEntry, lastWordsMs } from './EngineProcess.ts'
import type { EngineExit, EngineLauncher, EngineProcess, EngineSpawn } from './EngineProcess.ts'

/**
 * Runs the engine with `child_process.fork`, from its bundle; `flags`: further ones of Node's and V8's. `spawn` throws
 * `ENGINE_NOT_BUILT` where there is none.
 */
export function forkLauncher(entry: string, flags: readonly string[] = []): EngineLauncher {
  return {
    spawn: (options) => {
      checkEntry(entry)
      return new ForkProcess(entry, options, flags)
    },
  }
}

/**
 * V8 lets the space for new objects grow to 16 MB twice and seldom gives that back. The engine's own work is in native memory; for
 * the messages 1 MB does.
 */
const smallHeap = ['--max-semi-space-size=1']

class ForkProcess implements EngineProcess {
  readonly #child: ChildProcess
  readonly #onExit: ((exit: EngineExit) => void)[] = []
  #exit: EngineExit | null = null

  constructor(entry: string, { args, env }: EngineSpawn, flags: readonly string[]) {
    this.#child = fork(entry, [...args], { env: { ...env }, execArgv: [...smallHeap, ...flags], serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    // More than one may come (it could not be started, then not be killed); the second must not end our process.
    this.#child.on('error', () => this.#ended({ code: null, signal: null }))
    this.#child.once('exit', (code, signal) => {
      const exit = { code, signal }
      const giveUp = setTimeout(() => this.#ended(exit), lastWordsMs)
      this.#child.once('close', () => {
        clearTimeout(giveUp)
        this.#ended(exit)
      })
    })
  }

  get pid(): number | null {
    return this.#child.pid ?? null
  }

  post(message: unknown): void {
    // The callback takes the error of a channel that closes under the message; the exit settles its call.
    if (this.#child.connected) this.#child.send(message as string, () => undefined)
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#child.on('message', listener)
  }

  onExit(listener: (exit: EngineExit) => void): void {
    if (this.#exit === null) this.#onExit.push(listener)
    else listener(this.#exit)
  }

  onStderr(listener: (line: string) => void): void {
    if (this.#child.stderr !== null) createInterface({ input: this.#child.stderr }).on('line', listener)
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #ended(exit: EngineExit): void {
    if (this.#exit !== null) return
    this.#exit = exit
    for (const listener of this.#onExit.splice(0)) listener(exit)
  }
}

import { createInterface } from 'node:readline'
import { utilityProcess, type UtilityProcess as Child } from 'electron'
import { checkEntry, lastWordsMs } from '../../engine/client/EngineProcess.ts'
import type { EngineExit, EngineLauncher, EngineProcess, EngineSpawn } from '../../engine/client/EngineProcess.ts'

/** Runs the engine as an Electron utility process, from its bundle. `spawn` throws `ENGINE_NOT_BUILT` where there is none. */
export function utilityLauncher(entry: string): EngineLauncher {
  return {
    spawn: (options) => {
      checkEntry(entry)
      return new UtilityProcess(entry, options)
    },
  }
}

class UtilityProcess implements EngineProcess {
  readonly #child: Child
  #exit: EngineExit | null = null
  readonly #onExit: ((exit: EngineExit) => void)[] = []

  constructor(entry: string, { args, env }: EngineSpawn) {
    // llama.cpp's and CUDA's libraries must load although Electron signed none of them.
    this.#child = utilityProcess.fork(entry, [...args], { env: { ...env }, stdio: 'pipe', serviceName: 'LLaVA Desk engine', allowLoadingUnsignedLibraries: true })
    // Unread output would fill the pipe and stop the engine.
    this.#child.stdout?.resume()
    this.#child.once('exit', (code) => this.#endedAfterLastWords({ code, signal: null }))
    // A V8 failure of the child; `exit` follows.
    this.#child.on('error', () => undefined)
  }

  get pid(): number | null {
    return this.#child.pid ?? null
  }

  post(message: unknown): void {
    if (this.#exit === null) this.#child.postMessage(message)
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

  /** Electron's `kill` asks politely on POSIX (SIGTERM); a native call in progress would not notice. */
  kill(): void {
    const { pid } = this.#child
    if (this.#exit !== null) return
    if (pid === undefined) return void this.#child.once('spawn', () => this.kill())
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended between the check and the signal; `exit` is on its way.
    }
  }

  /** Electron reports the end before the last lines of stderr, which say why. */
  #endedAfterLastWords(exit: EngineExit): void {
    const giveUp = setTimeout(() => this.#ended(exit), lastWordsMs)
    this.#child.stderr?.once('end', () => {
      clearTimeout(giveUp)
      this.#ended(exit)
    })
  }

  #ended(exit: EngineExit): void {
    if (this.#exit !== null) return
    this.#exit = exit
    for (const listener of this.#onExit.splice(0)) listener(exit)
  }
}

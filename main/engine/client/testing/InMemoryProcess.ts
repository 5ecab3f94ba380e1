import { implement } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import { engineProtocol } from '../../protocol.ts'
import type { EngineExit, EngineLauncher, EngineProcess, EngineSpawn } from '../EngineProcess.ts'

const protocol = implement(engineProtocol)
type Calls = Parameters<typeof protocol.router>[0]

/** An engine process without a process, for tests of what the supervisor does when one behaves in a certain way. */
export class InMemoryProcess implements EngineProcess {
  readonly pid: number
  readonly spawned: EngineSpawn
  killed = false
  readonly #toParent: ((message: unknown) => void)[] = []
  readonly #toChild: ((event?: { data: unknown }) => void)[] = []
  readonly #onExit: ((exit: EngineExit) => void)[] = []
  readonly #onStderr: ((line: string) => void)[] = []
  #gone = false

  constructor(pid: number, spawned: EngineSpawn, calls: Partial<Calls>) {
    this.pid = pid
    this.spawned = spawned
    new RPCHandler(calls as Calls).upgrade({
      on: (event: string, listener: (event?: { data: unknown }) => void) => {
        if (event === 'message') this.#toChild.push(listener)
      },
      postMessage: (message: unknown) => {
        if (!this.#gone) for (const listener of this.#toParent) listener(message)
      },
    })
  }

  post(message: unknown): void {
    if (!this.#gone) for (const listener of this.#toChild) listener({ data: message })
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#toParent.push(listener)
  }

  onExit(listener: (exit: EngineExit) => void): void {
    this.#onExit.push(listener)
  }

  onStderr(listener: (line: string) => void): void {
    this.#onStderr.push(listener)
  }

  kill(): void {
    this.killed = true
    this.exit({ code: null, signal: 'SIGKILL' })
  }

  /** Ends, after these last lines. */
  exit(exit: EngineExit, ...lastLines: string[]): void {
    if (this.#gone) return
    for (const line of lastLines) for (const listener of this.#onStderr) listener(line)
    this.#gone = true
    for (const listener of this.#onExit) listener(exit)
  }
}

/** Starts in-memory processes; `calls` gives the handlers of each. */
export class InMemoryLauncher implements EngineLauncher {
  readonly processes: InMemoryProcess[] = []
  readonly #calls: (process: () => InMemoryProcess) => Partial<Calls>

  constructor(calls: (process: () => InMemoryProcess) => Partial<Calls>) {
    this.#calls = calls
  }

  get last(): InMemoryProcess {
    const process = this.processes.at(-1)
    if (process === undefined) throw new Error('no process was started')
    return process
  }

  spawn(options: EngineSpawn): InMemoryProcess {
    const pid = this.processes.length + 1
    const process = new InMemoryProcess(pid, options, this.#calls(() => this.processes[pid - 1] as InMemoryProcess))
    this.processes.push(process)
    return process
  }
}

export { protocol }

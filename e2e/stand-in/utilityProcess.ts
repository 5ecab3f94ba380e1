import { fork, type ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { constants } from 'node:os'
import { checkOptions, only } from './only.ts'

interface ForkOptions {
  env?: NodeJS.ProcessEnv
  execArgv?: string[]
  cwd?: string
  stdio?: 'pipe' | 'ignore' | 'inherit' | ('pipe' | 'ignore' | 'inherit')[]
  serviceName?: string
}

const knownOptions = ['env', 'execArgv', 'cwd', 'stdio', 'serviceName', 'allowLoadingUnsignedLibraries', 'disclaim', 'respondToAuthRequestsFromMainProcess']

/** Electron's UtilityProcess over a forked Node process. */
export class UtilityProcess extends EventEmitter {
  readonly #child: ChildProcess
  #spawned = false
  #gone = false

  constructor(modulePath: string, args: readonly string[], options: ForkOptions) {
    super()
    checkOptions('utilityProcess.fork', options, knownOptions)
    const stdio = Array.isArray(options.stdio) ? options.stdio : [options.stdio, options.stdio, options.stdio]
    this.#child = fork(modulePath, args, {
      // An empty object makes Electron hand down everything, too.
      env: options.env === undefined || Object.keys(options.env).length === 0 ? process.env : options.env,
      execArgv: ['--import', new URL('utilityChild.mjs', import.meta.url).href, ...(options.execArgv ?? [])],
      stdio: ['ignore', stdio[1] ?? 'inherit', stdio[2] ?? 'inherit', 'ipc'],
      serialization: 'advanced',
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    })
    this.#listen()
    return only('UtilityProcess', this)
  }

  get pid(): number | undefined {
    return this.#gone ? undefined : this.#child.pid
  }

  get stdout() {
    return this.#child.stdout
  }

  get stderr() {
    return this.#child.stderr
  }

  /** Messages to a process that has ended are dropped, as Electron does. */
  postMessage(message: unknown, transfer: readonly unknown[] = []): void {
    if (transfer.length > 0) throw new Error('stand-in: ports to a utility process are not emulated')
    const copy: unknown = structuredClone(message)
    if (!this.#gone) this.#child.send(copy as object, () => undefined)
  }

  kill(): boolean {
    return !this.#gone && this.#child.kill('SIGTERM')
  }

  #listen(): void {
    this.#child.on('spawn', () => {
      this.#spawned = true
      this.emit('spawn')
    })
    this.#child.on('message', (message) => this.emit('message', message))
    // Chromium reports the raw status of waitpid: the signal's number where one ended the process.
    this.#child.on('exit', (code, signal) => this.#ended(code ?? (signal === null ? 1 : constants.signals[signal])))
    this.#child.on('error', (error) => {
      console.error('stand-in: utility process:', error)
      if (!this.#spawned) this.#ended(1)
    })
  }

  #ended(code: number): void {
    if (this.#gone) return
    this.#gone = true
    this.emit('exit', code)
  }
}

/** Electron's `utilityProcess`. */
export const utilityProcess = only('utilityProcess', {
  fork: (modulePath: string, args: readonly string[] = [], options: ForkOptions = {}) => new UtilityProcess(modulePath, args, options),
})

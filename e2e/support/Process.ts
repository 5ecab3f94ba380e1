import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** A program a test has started, with everything it said. */
export class Process {
  readonly #child: ChildProcess
  readonly name: string
  stdout = ''
  stderr = ''

  constructor(name: string, command: string, args: readonly string[], options: { env: NodeJS.ProcessEnv; cwd?: string }) {
    this.name = name
    this.#child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text))
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text))
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.name} did not start`)
    return this.#child.pid
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Resolves with the first match of `pattern` in stdout; rejects with the log where the program ends before. */
  waitFor(pattern: RegExp, milliseconds = 30_000): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => finish(() => reject(new Error(`${this.name} ${why} before ${String(pattern)}\n${this.log()}`)))
      const timer = setTimeout(() => fail(`was silent for ${milliseconds} ms`), milliseconds)
      const look = () => {
        const match = pattern.exec(this.stdout)
        if (match !== null) finish(() => resolve(match))
      }
      const ended = () => fail('ended')
      const finish = (settle: () => void) => {
        clearTimeout(timer)
        this.#child.stdout?.off('data', look)
        this.#child.off('close', ended)
        settle()
      }
      this.#child.stdout?.on('data', look)
      this.#child.on('close', ended)
      look()
    })
  }

  /** Exit code, once the program has ended by itself; -1 where a signal ended it. */
  async ended(): Promise<number> {
    if (this.running) await once(this.#child, 'close')
    return this.#child.exitCode ?? -1
  }

  /** Asks it to end, and insists after a while. */
  async stop(): Promise<void> {
    if (!this.running) return
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    const insist = setTimeout(() => this.#child.kill('SIGKILL'), 8000)
    await gone
    clearTimeout(insist)
  }

  /** Ends it at once, as a crash does. */
  async kill(): Promise<void> {
    if (!this.running) return
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await gone
  }

  log(): string {
    return `--- ${this.name} stdout\n${this.stdout}--- ${this.name} stderr\n${this.stderr}`
  }
}

interface Running {
  readonly pid: number
  readonly parent: number
  readonly command: string
}

function everyProcess(): Running[] {
  if (process.platform === 'win32') {
    const script = 'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId) $($_.CommandLine)" }'
    return parse(execFileSync('powershell', ['-NoProfile', '-Command', script], { encoding: 'utf8' }))
  }
  return parse(execFileSync('ps', ['-axww', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' }))
}

function parse(table: string): Running[] {
  return table.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)
    return match === null ? [] : [{ pid: Number(match[1]), parent: Number(match[2]), command: match[3] ?? '' }]
  })
}

/** What Electron calls a utility process, and how the bundle is called elsewhere. */
const engineCommand = /[\\/]main[\\/]engine\.js|--utility-sub-type=node\.mojom\.NodeService/

/** Engine processes below a host process, by pid: the one that serves, and those in which graphics backends are tried at a start. */
export function enginesBelow(hostPid: number): number[] {
  const all = everyProcess()
  const below = (pid: number): Running[] => all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)])
  return below(hostPid)
    .filter(({ command }) => engineCommand.test(command))
    .map(({ pid }) => pid)
}

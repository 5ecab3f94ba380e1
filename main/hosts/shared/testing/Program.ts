import { spawn, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const root = resolve(import.meta.dirname, '../../../..')

/** The built program as a process of its own, as people run it. For tests. */
export class Program {
  readonly child: ChildProcess
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  out = ''
  error = ''

  /** @param env Over a small written environment: nothing of the developer's shell decides a test. */
  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = root) {
    const { PATH = '', SystemRoot = '', TEMP = '' } = process.env
    this.child = spawn(process.execPath, [resolve(root, 'out/main/index.js'), ...args], {
      cwd,
      env: { PATH, SystemRoot, TEMP, LANG: 'en_US.UTF-8', LLAVA_DESK_DATA: '/nonexistent/llava-desk', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.out += text))
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.error += text))
    this.ended = new Promise((done) => this.child.once('close', (code, signal) => done({ code, signal })))
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  /** Waits until something is true; rejects where the program ends first. */
  async until(check: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await check())) {
      if (this.child.exitCode !== null) throw new Error(`The program ended with ${this.child.exitCode}: ${this.error}`)
      await sleep(50)
    }
  }
}

/** Runs a command to its end. */
export async function runProgram(args: readonly string[], env?: Readonly<Record<string, string>>, cwd?: string): Promise<{ code: number | null; out: string; error: string }> {
  const program = new Program(args, env, cwd)
  const { code } = await program.ended
  return { code, out: program.out, error: program.error }
}

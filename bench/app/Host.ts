import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import WebSocket from 'ws'
import type { Api } from '../../main/contract/api.ts'
import { root } from '../engine/startEngine.ts'

const openingAddress = /^(http:\/\/127\.0\.0\.1:\d+)\/\?token=[\w-]+$/m
const startMilliseconds = 60_000

/** The app as `npm start` runs it in a browser's place, on a data folder of its own. Whoever starts it stops it. */
export class Host {
  readonly #child: ChildProcess
  readonly #address: string
  #socket: WebSocket | null = null

  private constructor(child: ChildProcess, address: string) {
    this.#child = child
    this.#address = address
  }

  /** Resolves once it serves. */
  static async start(dataFolder: string): Promise<Host> {
    const child = spawn(process.execPath, ['out/main/index.js', 'serve', '--no-open', '--port', '0'], {
      cwd: root,
      env: { ...process.env, LLAVA_DESK_DATA: dataFolder },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let errors = ''
    child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)))
    const address = await new Promise<string>((resolve, reject) => {
      let output = ''
      const timer = setTimeout(() => reject(new Error(`the app did not start:\n${errors}`)), startMilliseconds)
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString()
        const match = openingAddress.exec(output)
        if (match !== null) resolve(match[0])
        if (match !== null) clearTimeout(timer)
      })
      child.once('close', () => reject(new Error(`the app ended:\n${errors}`)))
    }).catch((error: unknown) => {
      child.kill('SIGKILL')
      throw error
    })
    return new Host(child, address)
  }

  get pid(): number {
    return this.#child.pid!
  }

  /** The page, as a browser gets it first. */
  async page(): Promise<string> {
    const response = await fetch(this.#address, { redirect: 'manual' })
    const cookie = cookieOf(response)
    const page = await fetch(new URL('/', this.#address), { headers: { cookie } })
    if (!page.ok) throw new Error(`the page came with ${page.status}`)
    return await page.text()
  }

  /** The services, as the page asks them. */
  async connect(): Promise<ContractRouterClient<Api>> {
    const { origin, host } = new URL(this.#address)
    const cookie = cookieOf(await fetch(this.#address, { redirect: 'manual' }))
    const socket = new WebSocket(`ws://${host}/rpc`, { headers: { cookie, origin } })
    await once(socket, 'open')
    this.#socket = socket
    return createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }))
  }

  async stop(): Promise<void> {
    this.#socket?.terminate()
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    const insist = setTimeout(() => this.#child.kill('SIGKILL'), 8000)
    await gone
    clearTimeout(insist)
  }
}

/** Resolves once the model can be asked. Rejects where it failed. */
export async function untilModelReady(client: ContractRouterClient<Api>): Promise<void> {
  for await (const status of await client.model.watch()) {
    if (status.state === 'ready') return
    if (status.state === 'failed') throw new Error(`the demo model failed: ${status.error.code}`)
  }
  throw new Error('the model never was ready')
}

function cookieOf(response: Response): string {
  return response.headers.getSetCookie().map((line) => line.split(';')[0] ?? '').join('; ')
}

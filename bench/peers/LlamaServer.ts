import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { BenchFiles } from '../speed/models.ts'

export interface LlamaServerOptions {
  readonly threads: number
  /** Of each slot. */
  readonly contextSize: number
  /** `-np`: slots, i.e. requests at a time. */
  readonly slots: number
}

/** A prompt as llama-server takes it; `text` has `mediaMarker` where the picture stands. */
export interface ServerRequest {
  readonly text: string
  /** The picture's file, encoded in base64. */
  readonly picture: string
  readonly maxTokens: number
  readonly grammar?: string
  /** In place of a grammar; llama-server makes one of it. */
  readonly jsonSchema?: object
}

export interface ServerAnswer {
  readonly text: string
  readonly firstTokenMs: number
  readonly totalMs: number
  /** Tokens of the answer, and those of the prompt that were evaluated. */
  readonly generated: number
  readonly evaluated: number
}

export const mediaMarker = '<__media__>'
/** A server that has not loaded by then never will. */
const loadMilliseconds = 300_000

/**
 * llama.cpp's server with one model, on the loopback interface, its prompt caches as they are by default: the slots' KV cells
 * (`cache_prompt`) and prompts kept in memory (`--cache-ram`). Whoever starts it stops it.
 */
export class LlamaServer {
  readonly #child: ChildProcess
  readonly #address: string

  private constructor(child: ChildProcess, address: string) {
    this.#child = child
    this.#address = address
  }

  /** Resolves once the model is loaded and warm. */
  static async start(program: string, files: BenchFiles, { threads, contextSize, slots }: LlamaServerOptions): Promise<LlamaServer> {
    const port = await freePort()
    const child = spawn(
      program,
      [
        ...['-m', files.model, '--mmproj', files.projector, '--host', '127.0.0.1', '--port', String(port), '-ngl', '0'],
        ...['-t', String(threads), '-c', String(contextSize * slots), '-np', String(slots)],
      ],
      // Otherwise the marker is another one at every start.
      { env: { ...process.env, LLAMA_MEDIA_MARKER: mediaMarker }, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    let errors = ''
    child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)))
    const server = new LlamaServer(child, `http://127.0.0.1:${port}`)
    try {
      await server.#untilHealthy()
      return server
    } catch (error) {
      await server.stop()
      throw new Error(`llama-server did not come up:\n${errors}`, { cause: error })
    }
  }

  /** A greedy answer, timed as its reader sees it. */
  async complete({ text, picture, maxTokens, grammar, jsonSchema }: ServerRequest): Promise<ServerAnswer> {
    const start = performance.now()
    const response = await fetch(`${this.#address}/completion`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        prompt: { prompt_string: text, multimodal_data: [picture] },
        ...{ n_predict: maxTokens, stream: true, cache_prompt: true, temperature: 0 },
        // Nothing else is sampled with at temperature 0, by either side.
        samplers: ['temperature'],
        ...(grammar === undefined ? {} : { grammar }),
        ...(jsonSchema === undefined ? {} : { json_schema: jsonSchema }),
      }),
    })
    if (!response.ok || response.body === null) throw new Error(`llama-server answered ${response.status}: ${await response.text()}`)
    return await readAnswer(response.body, start)
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    const insist = setTimeout(() => this.#child.kill('SIGKILL'), 5000)
    await gone
    clearTimeout(insist)
  }

  async #untilHealthy(): Promise<void> {
    for (const end = performance.now() + loadMilliseconds; performance.now() < end; ) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) throw new Error(`it ended (${this.#child.exitCode})`)
      const response = await fetch(`${this.#address}/health`).catch(() => null)
      await response?.arrayBuffer()
      if (response?.ok === true) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new Error(`it had not loaded after ${loadMilliseconds} ms`)
  }
}

interface ServerEvent {
  readonly content?: string
  readonly stop?: boolean
  readonly error?: unknown
  readonly timings?: { readonly predicted_n: number; readonly prompt_n: number }
}

/** Reads server-sent events: one per token, the last with the figures. */
async function readAnswer(body: ReadableStream<Uint8Array>, start: number): Promise<ServerAnswer> {
  const decoder = new TextDecoder()
  let rest = ''
  let text = ''
  let firstTokenMs = 0
  for await (const chunk of body) {
    const now = performance.now() - start
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line.startsWith('error:')) throw new Error(`llama-server failed: ${line}`)
      if (!line.startsWith('data: {')) continue
      const event = JSON.parse(line.slice('data: '.length)) as ServerEvent
      if (event.error !== undefined) throw new Error(`llama-server failed: ${line}`)
      if (firstTokenMs === 0) firstTokenMs = now
      text += event.content ?? ''
      if (event.stop === true) return { text, firstTokenMs, totalMs: now, generated: event.timings?.predicted_n ?? 0, evaluated: event.timings?.prompt_n ?? 0 }
    }
  }
  throw new Error('the answer of llama-server has no end')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

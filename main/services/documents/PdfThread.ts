import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { AppError } from '../../contract/errors/AppError.ts'
import { unlessAborted } from '../../platform/unlessAborted.ts'
import { fontFolders } from './fontFolders.ts'
import type { PdfCall, PdfCalls, PdfFailure, PdfReply, PdfThreadData } from './protocol.ts'
import { webAssembly } from './webAssembly.ts'
import type { WasmModule } from './webAssembly.ts'

/** Why a call to the thread failed; whoever knows the document and page makes an `AppError` of it. */
export class PdfCallError extends Error {
  readonly failure: PdfFailure | 'slow'
  readonly detail: string

  constructor(failure: PdfFailure | 'slow', detail: string) {
    super(`${failure} ${detail}`)
    this.failure = failure
    this.detail = detail
  }
}

export interface PdfLimits {
  /** Milliseconds for one call. A page of a map or of a construction plan takes seconds. */
  readonly time: number
  /** Bytes that PDFium may hold. */
  readonly memory: number
  /** Milliseconds without a call after which the thread ends and gives its memory back. */
  readonly idle: number
}

export const PDF_LIMITS: PdfLimits = { time: 60_000, memory: 1024 ** 3, idle: 30_000 }

/**
 * A thread that holds this much is replaced after the call: WebAssembly memory never shrinks, and PDFium keeps the pictures of all
 * pages of a document that it has drawn, about 1.5 MB a page of a scan.
 */
const MEMORY_TO_KEEP = 192 * 1024 ** 2

/**
 * The one thread that runs PDFium: it works on strangers' files, so it may hang, run out of memory or trap at any moment. Calls go
 * one after the other. A call that takes too long ends the thread; the next call starts a new one, where documents are opened again.
 */
export class PdfThread {
  readonly #entry: string
  readonly #limits: PdfLimits
  readonly #fonts: readonly string[]
  #pdfium: Promise<WasmModule> | null = null
  #worker: Worker | null = null
  #idle: NodeJS.Timeout | undefined
  /** Settles when the calls before have; never rejects. */
  #line: Promise<unknown> = Promise.resolve()
  #lastKey = 0
  #memory = 0
  #disposed = false

  /** @param entry Absolute path of the built `thread/entry.ts`. @param fonts Folders of fonts for letters whose font a file leaves out. */
  constructor(entry: string, limits: Partial<PdfLimits> = {}, fonts: readonly string[] = fontFolders()) {
    this.#entry = entry
    this.#fonts = fonts
    this.#limits = { ...PDF_LIMITS, ...limits }
  }

  get limits(): PdfLimits {
    return this.#limits
  }

  /** Whether a thread is there now. */
  get isRunning(): boolean {
    return this.#worker !== null
  }

  /** Bytes that PDFium held after the last call. */
  get memory(): number {
    return this.#memory
  }

  nextKey(): number {
    this.#lastKey += 1
    return this.#lastKey
  }

  /** Rejects `PdfCallError` and `ABORTED`: at once, while the thread finishes what nobody waits for any more. */
  async call<Call extends PdfCall>(call: Call, input: PdfCalls[Call]['input'], signal?: AbortSignal): Promise<PdfCalls[Call]['output']> {
    const result = this.#line.then(async () => {
      if (signal?.aborted === true) throw new AppError('ABORTED')
      return await this.#run(call, input)
    })
    this.#line = result.catch(() => undefined)
    return await (signal === undefined ? result : unlessAborted(result, signal))
  }

  /** Ends the thread, whatever it does. Calls under way are rejected. */
  async dispose(): Promise<void> {
    this.#disposed = true
    await this.#end()
  }

  async #run(call: PdfCall, input: PdfCalls[PdfCall]['input']): Promise<PdfCalls[PdfCall]['output']> {
    if (call === 'close' && this.#worker === null) return { closed: true }
    clearTimeout(this.#idle)
    const worker = (this.#worker ??= await this.#start())
    worker.ref()
    try {
      const reply = await this.#ask(worker, { call, input })
      this.#memory = reply.memory
      if (!reply.ok) {
        if (reply.ends) await this.#end()
        throw new PdfCallError(reply.failure, reply.detail)
      }
      if (reply.memory > MEMORY_TO_KEEP) await this.#end()
      return reply.value
    } finally {
      this.#rest()
    }
  }

  async #start(): Promise<Worker> {
    this.#mayStart()
    this.#pdfium ??= compile()
    // Tried again with the next document: what kept it from being read may be over by then.
    this.#pdfium.catch(() => {
      this.#pdfium = null
    })
    const workerData: PdfThreadData = { pdfium: await this.#pdfium, memoryLimit: this.#limits.memory, fontFolders: this.#fonts }
    this.#mayStart()
    const worker = new Worker(this.#entry, { workerData, name: 'pdf', env: {}, execArgv: [], stdout: false, stderr: false, resourceLimits: { maxOldGenerationSizeMb: 256 } })
    const forget = () => {
      if (this.#worker === worker) this.#worker = null
    }
    worker.once('exit', forget)
    // Without a listener an error of the thread would end the app; `#ask` has one of its own while a call is under way.
    worker.on('error', forget)
    return worker
  }

  #mayStart(): void {
    if (this.#disposed) throw new AppError('ABORTED')
  }

  #ask(worker: Worker, request: object): Promise<PdfReply> {
    return new Promise((resolve, reject) => {
      const finish = () => {
        clearTimeout(timer)
        worker.off('message', onReply).off('error', onError).off('exit', onExit)
      }
      const fail = (error: Error) => {
        finish()
        void this.#end().then(() => reject(error))
      }
      const onReply = (reply: PdfReply) => {
        finish()
        resolve(reply)
      }
      const onError = (error: Error) => fail(isOutOfMemory(error) ? new PdfCallError('memory', error.message) : error)
      const onExit = () => fail(this.#disposed ? new AppError('ABORTED') : new PdfCallError('damaged', 'the drawing thread ended'))
      const timer = setTimeout(() => fail(new PdfCallError('slow', '')), this.#limits.time)
      worker.on('message', onReply).on('error', onError).on('exit', onExit)
      worker.postMessage(request)
    })
  }

  /** Nothing waits for the thread: it keeps no process alive, and goes when it is not needed for a while. */
  #rest(): void {
    this.#worker?.unref()
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => void this.#inLine(() => this.#end()), this.#limits.idle).unref()
  }

  async #inLine(work: () => Promise<void>): Promise<void> {
    this.#line = this.#line.then(work).catch(() => undefined)
    await this.#line
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle)
    const worker = this.#worker
    this.#worker = null
    await worker?.terminate()
  }
}

async function compile(): Promise<WasmModule> {
  // Read here and not in the thread: the app's own `fs` reads it from the package's archive as well.
  return await webAssembly.compile(await readFile(createRequire(import.meta.url).resolve('@embedpdf/pdfium/pdfium.wasm')))
}

function isOutOfMemory(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}

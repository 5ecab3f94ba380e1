import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { AppError, toAppError } from '../../../contract/errors/AppError.ts'
import { neverAborted } from '../../../platform/neverAborted.ts'
import { Turns } from '../../../platform/Turns.ts'
import { unlessAborted } from '../../../platform/unlessAborted.ts'
import { unreachable } from '../../../platform/unreachable.ts'
import { whyDamaged } from '../whyDamaged.ts'
import type { HeifPixels, HeifReply, HeifRequest, HeifSize } from './protocol.ts'

export interface HeifLimits {
  /** Milliseconds for one file. Twelve megapixels take three seconds on a slow machine. */
  readonly time: number
  /** Bytes that libheif may hold: 120 megapixels in YCbCr and in RGB, and the file. */
  readonly memory: number
}

export const HEIF_LIMITS: HeifLimits = { time: 60_000, memory: 1024 ** 3 }

let threadEntry: string | null = null
/** One file at a time: each may take as much memory as the limit says. */
const line = new Turns()
let library: Promise<Uint8Array> | null = null

/** To be called once before pictures are decoded, with the absolute path of the built `thread/entry.ts`. */
export function useHeifThread(entry: string): void {
  threadEntry = entry
}

/** Width and height by the header. Rejects `IMAGE_DAMAGED`, `IMAGE_UNSUPPORTED`, `IMAGE_TOO_SLOW`, `IMAGE_NEEDS_MEMORY`, `ABORTED`. */
export async function heifSize(bytes: Uint8Array, name: string, signal = neverAborted()): Promise<HeifSize> {
  return await ask({ wanted: 'size', bytes, name, limits: HEIF_LIMITS, signal })
}

/** The decoded picture. Rejects like `heifSize`. */
export async function heifPixels(bytes: Uint8Array, name: string, limits: HeifLimits = HEIF_LIMITS): Promise<HeifPixels> {
  return (await ask({ wanted: 'pixels', bytes, name, limits, signal: neverAborted() })) as HeifPixels
}

interface Wish {
  readonly wanted: HeifRequest['wanted']
  readonly bytes: Uint8Array
  readonly name: string
  readonly limits: HeifLimits
  /** Whoever leaves keeps nobody behind them waiting. */
  readonly signal: AbortSignal
}

/**
 * [Note: HEIF in a thread of its own] Files are strangers' and may make a decoder hang, run out of memory or trap: each is read by
 * a new thread, which ends with it. That takes about 50 ms a file and needs no rule for what a thread may keep from one to the next.
 */
async function ask({ wanted, bytes, name, limits, signal }: Wish): Promise<HeifSize | HeifPixels> {
  const reply = await line.take(async () => await answerOf({ wanted, bytes, memoryLimit: limits.memory }, limits.time, signal), signal)
  if (reply === 'slow') throw new AppError('IMAGE_TOO_SLOW', { name, seconds: Math.round(limits.time / 1000) })
  if (reply.ok) return reply.value
  switch (reply.failure) {
    case 'unsupported':
      throw new AppError('IMAGE_UNSUPPORTED', { name, found: 'heic' })
    case 'memory':
      throw new AppError('IMAGE_NEEDS_MEMORY', { name, megabytes: Math.round(limits.memory / 1e6) })
    case 'damaged':
      throw new AppError('IMAGE_DAMAGED', { name, detail: whyDamaged(bytes, 'heic', reply.detail) })
    default:
      return unreachable(reply.failure)
  }
}

/** What keeps the thread from starting is a fault of the app's: as an `AppError`, it is taken for no damage of the file. */
async function answerOf(request: Omit<HeifRequest, 'wasm'>, time: number, signal: AbortSignal): Promise<HeifReply | 'slow'> {
  try {
    return await runThread({ ...request, wasm: await libheif() }, time, signal)
  } catch (error) {
    throw toAppError(error)
  }
}

async function runThread(workerData: HeifRequest, time: number, signal: AbortSignal): Promise<HeifReply | 'slow'> {
  if (threadEntry === null) throw new Error('Nobody said where the HEIF thread is')
  const worker = new Worker(threadEntry, { workerData, name: 'heif', env: {}, execArgv: [], stdout: false, stderr: false, resourceLimits: { maxOldGenerationSizeMb: 256 } })
  const reply = new Promise<HeifReply | 'slow'>((resolve, reject) => {
    const timer = setTimeout(() => resolve('slow'), time)
    const failed = (detail: string) => resolve({ ok: false, failure: 'damaged', detail })
    worker.once('message', resolve)
    worker.once('error', (error: Error) => ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? resolve({ ok: false, failure: 'memory', detail: '' }) : reject(error)))
    worker.once('exit', () => failed('the decoding thread ended'))
    worker.once('exit', () => clearTimeout(timer))
  })
  try {
    return await unlessAborted(reply, signal)
  } finally {
    void worker.terminate()
  }
}

async function libheif(): Promise<Uint8Array> {
  // Read here and not in the thread: the app's own `fs` reads it from the package's archive as well.
  library ??= readFile(createRequire(import.meta.url).resolve('libheif-js/libheif-wasm/libheif.wasm'))
  library.catch(() => {
    library = null
  })
  return await library
}

import { AppError } from '../../../contract/errors/AppError.ts'
import type { Picture } from '../../protocol.ts'
import type { NativeEmbeddings, NativeProjector } from '../../native/binding.d.ts'
import { Cores } from '../Cores.ts'
import { toEngineError } from '../engineError.ts'
import { EncoderLine } from './EncoderLine.ts'
import { readPpm } from './ppm.ts'
import type { Pixels } from './ppm.ts'

/** A picture's embeddings and what they cost this time. */
export interface EmbeddedPicture {
  readonly embeddings: NativeEmbeddings
  /** Whether nothing had to be computed. */
  readonly cached: boolean
}

interface Work {
  readonly key: string
  readonly done: Promise<NativeEmbeddings>
  /** One picture for each caller that waits: the same pixels, each in a file that goes with its caller; and who hears of the progress. */
  readonly waiting: Map<Picture, OnProgress>
  /** Whether no chat has asked for it. */
  isBatch: boolean
}

/** Told 0..1 after each part of a picture that has several. */
type OnProgress = (fraction: number) => void

/** Where embeddings are kept beyond this process. Neither ever fails. */
export interface EmbeddingShelf {
  read(key: string): Promise<NativeEmbeddings | null>
  /** In the background; `close` waits for it. */
  write(key: string, embeddings: NativeEmbeddings): void
  close(): Promise<void>
}

/** 27 pictures of a 7B model, of 576 tokens x 4096 float32 each. */
const defaultBudget = 256 * 1024 * 1024

/**
 * Projected embeddings by picture key, least recently used leaves memory first; on disk they may stay longer. A picture that
 * several callers want at once is encoded once; when the last of them aborts, so does the encoder. Pictures are encoded one after
 * the other (`EncoderLine`).
 */
export class EmbeddingCache {
  readonly #projector: Pick<NativeProjector, 'encode' | 'abort'>
  readonly #shelf: EmbeddingShelf | null
  readonly #budget: number
  /** In order of last use. */
  readonly #kept = new Map<string, NativeEmbeddings>()
  readonly #work = new Map<string, Work>()
  #bytes = 0
  readonly #line: EncoderLine
  readonly #unfinished = new Set<Promise<unknown>>()
  readonly #cores: Cores
  #encoding: Work | null = null

  /** `cores`: what the encoder computes on; absent: its own. */
  constructor(projector: Pick<NativeProjector, 'encode' | 'abort'>, shelf: EmbeddingShelf | null = null, budgetBytes = defaultBudget, cores = new Cores(false)) {
    this.#cores = cores
    this.#projector = projector
    this.#shelf = shelf
    this.#line = new EncoderLine(() => projector.abort())
    this.#budget = budgetBytes
  }

  /** Bytes of the embeddings that are kept. */
  get bytes(): number {
    return this.#bytes
  }

  /** Embeddings that are there, if they are. Counts as a use, so that what was reported stays for the request that follows. */
  peek(key: string): NativeEmbeddings | undefined {
    const kept = this.#kept.get(key)
    if (kept === undefined) return undefined
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    return kept
  }

  /** The same, with a look on disk: what is there is in memory afterwards. */
  async recall(key: string): Promise<NativeEmbeddings | undefined> {
    const kept = this.peek(key)
    if (kept !== undefined || this.#shelf === null) return kept
    const found = await this.#shelf.read(key)
    // Encoded, or read for another caller, meanwhile.
    const meanwhile = this.peek(key)
    if (meanwhile !== undefined || found === null) return meanwhile
    this.#keep(key, found)
    return found
  }

  /** Told before each decode step whether chats are being evaluated or wait: no picture of a batch is encoded meanwhile. */
  hold(isHeld: boolean): void {
    this.#line.hold(isHeld)
  }

  /** Embeddings of a picture. Rejects with the error of reading or encoding it, or with `ABORTED`. */
  async get(picture: Picture, signal?: AbortSignal, onProgress: OnProgress = () => undefined, isBatch = false): Promise<EmbeddedPicture> {
    const kept = this.peek(picture.key) ?? (this.#shelf === null ? undefined : await this.recall(picture.key))
    if (kept !== undefined) return { embeddings: kept, cached: true }
    if (signal?.aborted === true) throw new AppError('ABORTED')
    const work = this.#work.get(picture.key) ?? this.#start(picture.key, isBatch)
    if (work.isBatch && !isBatch) {
      work.isBatch = false
      this.#line.review()
    }
    const own = { ...picture }
    work.waiting.set(own, onProgress)
    let leave: () => void = () => undefined
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(new AppError('ABORTED'))
    })
    signal?.addEventListener('abort', leave, { once: true })
    try {
      return { embeddings: await Promise.race([work.done, left]), cached: false }
    } finally {
      signal?.removeEventListener('abort', leave)
      this.#leave(work, own)
    }
  }

  /** Waits for the encoder and the disk; the projector may be disposed after that. */
  async close(): Promise<void> {
    this.#line.hold(false)
    await Promise.allSettled(this.#unfinished)
    await this.#shelf?.close()
  }

  #start(key: string, isBatch: boolean): Work {
    // Whoever starts it has not joined it yet.
    const done = Promise.resolve().then(async () => await this.#line.take(() => work.isBatch, async (isOver) => await this.#encode(work, isOver)))
    const work: Work = { key, done, waiting: new Map(), isBatch }
    this.#work.set(key, work)
    this.#unfinished.add(done)
    void done.catch(() => undefined).finally(() => {
      this.#unfinished.delete(done)
      this.#forget(work)
    })
    return work
  }

  async #encode(work: Work, isOver: () => boolean): Promise<NativeEmbeddings> {
    // An aborted call may have been finished all the same (a graphics card cannot be interrupted), just before this one's turn.
    const kept = this.peek(work.key)
    if (kept !== undefined) return kept
    const pixels = await readAny(work)
    const embeddings = await this.#cores.use(async () => await this.#compute(work, pixels, isOver))
    this.#keep(work.key, embeddings)
    this.#shelf?.write(work.key, embeddings)
    return embeddings
  }

  async #compute(work: Work, { rgb, width, height }: Pixels, isOver: () => boolean): Promise<NativeEmbeddings> {
    if (work.waiting.size === 0 || isOver()) throw new AppError('ABORTED')
    this.#encoding = work
    try {
      return await this.#projector.encode(rgb, width, height, (fraction) => {
        for (const onProgress of work.waiting.values()) onProgress(fraction)
      })
    } catch (error) {
      throw toEngineError(error)
    } finally {
      this.#encoding = null
    }
  }

  #leave(work: Work, picture: Picture): void {
    work.waiting.delete(picture)
    if (work.waiting.size > 0) return
    if (this.#encoding === work) this.#projector.abort()
    this.#forget(work)
  }

  /** Work nobody waits for is not joined any more: it may be about to abort. */
  #forget(work: Work): void {
    if (this.#work.get(work.key) === work) this.#work.delete(work.key)
  }

  #keep(key: string, embeddings: NativeEmbeddings): void {
    this.#bytes -= this.#kept.get(key)?.data.byteLength ?? 0
    this.#kept.set(key, embeddings)
    this.#bytes += embeddings.data.byteLength
    for (const [oldest, { data }] of this.#kept) {
      if (this.#bytes <= this.#budget || oldest === key) break
      this.#kept.delete(oldest)
      this.#bytes -= data.byteLength
    }
  }
}

/** The pixels from the first file that is there: a caller that took the picture for cached has none. */
async function readAny({ waiting }: Work): Promise<Pixels> {
  let failure: unknown = new AppError('ABORTED')
  for (const { path } of waiting.keys()) {
    try {
      return await readPpm(path)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

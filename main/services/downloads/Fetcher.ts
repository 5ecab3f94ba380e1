import { AppError } from '../../contract/errors/AppError.ts'
import type { Clock } from '../../platform/clock.ts'
import type { HubClient } from '../hub/HubClient.ts'
import type { Answer } from '../hub/HubConnection.ts'
import { reasonOf } from '../hub/hubErrors.ts'
import { plainEtag } from '../hub/remoteFile.ts'
import type { RemoteFile } from '../hub/remoteFile.ts'
import { checkAnswer, NoRanges, VersionChanged } from './checkAnswer.ts'
import type { PartFile } from './PartFile.ts'
import { mayPass, retrying, WORTH_IT } from './retrying.ts'
import type { RetryRules } from './retrying.ts'
import { canBeTold } from './version.ts'

/** What a transfer asks of the hub. */
export type TransferHub = Pick<HubClient, 'resolve' | 'open' | 'isFromHub' | 'refusal'>

export interface FetchOptions {
  readonly hub: TransferHub
  readonly clock: Clock
  readonly rules: RetryRules
  /** Connections at a time. */
  readonly connections: number
  /** Name of the file for people. */
  readonly name: string
  /** Bytes that are there now, those of unfinished pieces included. */
  received(bytes: number): void
  /** A piece was recorded. */
  recorded(): void
}

/** How a connection ends that was there: the server can be reached, and breaks off. */
const BROKEN: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

/** What a link of a store answers when its time is over. */
const LINK_OVER: ReadonlySet<number> = new Set([401, 403, 404, 410])

/**
 * Fetches what one version of a file still lacks: pieces over several connections, or, from a server without ranges, the
 * whole file as one stream. Stops as soon as an answer is of another version (`VersionChanged`).
 */
export class Fetcher {
  readonly #part: PartFile
  readonly #remote: RemoteFile
  readonly #options: FetchOptions
  readonly #claimed = new Set<number>()
  /** Bytes of unfinished pieces, from the start of each. */
  readonly #begun = new Map<number, number>()
  /** ETags of the servers that answer: by host where a checksum tells versions apart, else one for all (the empty name). */
  readonly #etags = new Map<string, string>()
  #link: URL | null = null
  #received: number

  constructor(part: PartFile, remote: RemoteFile, options: FetchOptions) {
    this.#part = part
    this.#remote = remote
    this.#options = options
    this.#received = this.#recordedBytes()
    if (remote.sha256 === null && remote.servedEtag !== null) this.#etags.set('', remote.servedEtag)
  }

  /** Resolves when every piece is recorded. Rejects `VersionChanged`, the errors of hub and disk, and the signal's reason. */
  async run(signal: AbortSignal): Promise<void> {
    this.#options.received(this.#received)
    if (!canBeTold(this.#part.version) || !(await this.#cameInPieces(signal))) await this.#inOneStream(signal)
    if (!this.#part.isComplete) throw this.#broken('not all of it came')
  }

  /** Whether it all came; not so from a server without ranges. */
  async #cameInPieces(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#inPieces(signal)
      return true
    } catch (error) {
      if (error instanceof NoRanges) return false
      throw error
    }
  }

  /**
   * One connection that gives up takes no other with it, since some servers allow only a few; the transfer fails when
   * the last one has ended and pieces are missing.
   */
  async #inPieces(signal: AbortSignal): Promise<void> {
    const stop = new AbortController()
    const inner = AbortSignal.any([signal, stop.signal])
    const failures: unknown[] = []
    const work = async () => {
      try {
        for (let piece = this.#claim(); piece !== null; piece = this.#claim()) await this.#fetchPiece(piece, inner)
      } catch (error) {
        if (!inner.aborted) failures.push(error)
        if (!mayPass(error)) stop.abort()
      }
    }
    await Promise.all(Array.from({ length: this.#options.connections }, work))
    signal.throwIfAborted()
    if (failures.length > 0 && !this.#part.isComplete) throw failures.find((error) => !mayPass(error)) ?? failures[0]
  }

  #claim(): number | null {
    for (let piece = 0; piece < this.#part.pieces; piece += 1) {
      if (this.#part.has(piece) || this.#claimed.has(piece)) continue
      this.#claimed.add(piece)
      return piece
    }
    return null
  }

  async #fetchPiece(piece: number, signal: AbortSignal): Promise<void> {
    const start = this.#part.start(piece)
    const begun = () => (this.#part.has(piece) ? this.#part.length(piece) : (this.#begun.get(piece) ?? 0))
    try {
      await this.#retrying(signal, begun, async () => {
        while (!this.#part.has(piece)) {
          const before = begun()
          await this.#fetch(start + before, start + this.#part.length(piece) - 1, signal)
          if (!this.#part.has(piece)) this.#checkWorth(begun() - before)
        }
      })
    } catch (error) {
      this.#claimed.delete(piece)
      throw error
    }
  }

  async #inOneStream(signal: AbortSignal): Promise<void> {
    const last = this.#part.version.bytes - 1
    await this.#retrying(signal, () => this.#received, async () => {
      if (!canBeTold(this.#part.version)) await this.#startOver()
      for (let start = this.#firstMissing(); start <= last; start = this.#firstMissing()) {
        await this.#fetch(start, last, signal, true)
        if (!this.#part.isComplete) this.#checkWorth(canBeTold(this.#part.version) ? this.#firstMissing() - start : 0)
      }
    })
  }

  /**
   * A server may answer with less than was asked for, and is then asked for the rest at once. One that sends next to nothing each
   * time is treated like one that breaks off.
   */
  #checkWorth(bytes: number): void {
    if (bytes < WORTH_IT) throw this.#broken('a shorter range than asked for')
  }

  /** Without anything to tell versions apart, what came before the break may be of another one. */
  async #startOver(): Promise<void> {
    await this.#part.restart(this.#part.version)
    this.#begun.clear()
    this.#received = 0
  }

  #firstMissing(): number {
    const piece = this.#part.pieceAt(this.#part.prefix)
    return this.#part.prefix + (this.#begun.get(piece) ?? 0)
  }

  /** @param asStream Whether an answer with the whole file will do. */
  async #fetch(start: number, end: number, signal: AbortSignal, asStream = false): Promise<void> {
    const { hub, name } = this.#options
    const answer = await this.#ask(start, end, signal)
    try {
      if (answer.status >= 300 && answer.status !== 416) throw hub.refusal(answer, this.#remote.address)
      const { from, until, etag } = checkAnswer(answer, { start, end, bytes: this.#part.version.bytes, asStream, name })
      this.#checkEtag(answer.url.host, etag)
      this.#link = answer.url
      await this.#take(answer.body, from, until, signal)
    } finally {
      answer.body.destroy()
    }
  }

  /** Asks where the last answer came from; the hub only at first, and when that link is over. */
  async #ask(start: number, end: number, signal: AbortSignal): Promise<Answer> {
    const link = this.#link
    try {
      const answer = await this.#options.hub.open(this.#remote, { start, end, etag: this.#etagToAskFor() }, link, signal)
      if (link === null || !LINK_OVER.has(answer.status)) return answer
      answer.body.destroy()
      if (this.#link === link) this.#link = null
      return await this.#options.hub.open(this.#remote, { start, end, etag: this.#etagToAskFor() }, null, signal)
    } catch (error) {
      if (this.#link === link) this.#link = null
      const detail = error instanceof AppError && error.code === 'HUB_UNREACHABLE' ? String(error.params['detail']) : ''
      throw BROKEN.has(detail) ? this.#broken(detail, error) : error
    }
  }

  async #take(body: AsyncIterable<Uint8Array>, from: number, until: number, signal: AbortSignal): Promise<void> {
    let at = from
    try {
      for await (const chunk of body) {
        signal.throwIfAborted()
        if (at + chunk.byteLength > until + 1) throw this.#broken('more bytes than asked for')
        await this.#store(chunk, at)
        at += chunk.byteLength
      }
    } catch (error) {
      signal.throwIfAborted()
      throw error instanceof AppError ? error : this.#broken(reasonOf(error), error)
    }
    if (at <= until) throw this.#broken('the connection ended early')
  }

  /** Writes what is new of these bytes, and records the pieces they complete. */
  async #store(bytes: Uint8Array, position: number): Promise<void> {
    for (let offset = 0; offset < bytes.byteLength; ) {
      const piece = this.#part.pieceAt(position + offset)
      const within = position + offset - this.#part.start(piece)
      const taken = Math.min(bytes.byteLength - offset, this.#part.length(piece) - within)
      const begun = this.#begun.get(piece) ?? 0
      if (!this.#part.has(piece) && within <= begun && within + taken > begun) {
        await this.#part.write(bytes.subarray(offset + begun - within, offset + taken), position + offset + begun - within)
        await this.#advance(piece, within + taken)
      }
      offset += taken
    }
  }

  async #advance(piece: number, length: number): Promise<void> {
    this.#received += length - (this.#begun.get(piece) ?? 0)
    this.#begun.set(piece, length)
    this.#options.received(this.#received)
    if (length < this.#part.length(piece)) return
    await this.#part.record(piece)
    this.#begun.delete(piece)
    this.#options.recorded()
  }

  #broken(detail: string, cause?: unknown): AppError {
    return new AppError('DOWNLOAD_INTERRUPTED', { name: this.#options.name, detail }, { cause })
  }

  #etagKey(host: string): string {
    return this.#remote.sha256 === null ? '' : host
  }

  #etagToAskFor(): string | null {
    return this.#etags.get(this.#etagKey(this.#link?.host ?? '')) ?? null
  }

  #checkEtag(host: string, etag: string | null): void {
    if (etag === null) return
    const known = this.#etags.get(this.#etagKey(host))
    if (known !== undefined && plainEtag(known) !== plainEtag(etag)) throw new VersionChanged()
    this.#etags.set(this.#etagKey(host), etag)
  }

  #recordedBytes(): number {
    let bytes = 0
    for (let piece = 0; piece < this.#part.pieces; piece += 1) if (this.#part.has(piece)) bytes += this.#part.length(piece)
    return bytes
  }

  async #retrying(signal: AbortSignal, progress: () => number, work: () => Promise<void>): Promise<void> {
    const { clock, rules } = this.#options
    await retrying(work, { clock, rules, signal, progress })
  }
}

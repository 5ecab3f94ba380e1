import type { Connection } from '../../contract/domains/privacy.ts'
import type { AnswerBody } from './HubConnection.ts'

/** A request that was allowed and is being noted. */
export interface NotedRequest {
  /** Aborts when the person goes offline in the middle of it. */
  readonly cut: AbortSignal
  /** The first call counts. @param bytes Received. */
  end(status: number | null, bytes: number, result: Connection['result']): void
}

/** Who is asked before anything leaves this computer. */
export interface Outbound {
  /** Throws `OFFLINE`. */
  begin(method: 'GET' | 'HEAD', url: URL): NotedRequest
}

/** For tests of what stands behind it. */
export const unrestricted: Outbound = { begin: () => ({ cut: new AbortController().signal, end: () => undefined }) }

/** A body whose bytes are counted, and whose end is noted however it ends. */
export class NotedBody implements AnswerBody {
  readonly #body: AnswerBody
  readonly #status: number
  readonly #noted: NotedRequest
  #bytes = 0

  constructor(body: AnswerBody, status: number, noted: NotedRequest) {
    this.#body = body
    this.#status = status
    this.#noted = noted
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const piece of this.#body) {
        this.#bytes += piece.byteLength
        yield piece
      }
      this.#noted.end(this.#status, this.#bytes, 'done')
    } catch (error) {
      this.#noted.end(this.#status, this.#bytes, this.#noted.cut.aborted ? 'cut' : 'failed')
      throw error
    } finally {
      this.#noted.end(this.#status, this.#bytes, 'cut')
    }
  }

  destroy(): void {
    this.#body.destroy()
    // Of a redirect or a look at a header nothing more was wanted.
    this.#noted.end(this.#status, this.#bytes, this.#bytes === 0 ? 'done' : 'cut')
  }
}

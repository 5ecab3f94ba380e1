import { once } from 'node:events'
import type { ServerResponse } from 'node:http'

/** How long a client may leave what was sent to it unread. */
const READ_MILLISECONDS = 30_000

/** Server-sent events to one client. A client that reads slowly is waited for; one that does not read is left. */
export class EventStream {
  readonly #response: ServerResponse
  readonly #signal: AbortSignal

  constructor(response: ServerResponse, signal: AbortSignal) {
    this.#response = response
    this.#signal = signal
  }

  get begun(): boolean {
    return this.#response.headersSent
  }

  async send(data: object | '[DONE]'): Promise<void> {
    const response = this.#response
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' })
    if (response.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`)) return
    const late = setTimeout(() => response.destroy(), READ_MILLISECONDS)
    try {
      await once(response, 'drain', { signal: this.#signal })
    } finally {
      clearTimeout(late)
    }
  }
}

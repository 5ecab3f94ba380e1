import type { CdpSession } from './cdp.ts'
import type { FromPage, ToPage } from './frames.ts'
import { MessagePortMain, PortEnd } from './ports.ts'
import { decode, encode } from './wire.js'

/** Who hears what a page sends over `ipcRenderer`. */
export interface DocumentHost {
  receive(channel: string, args: unknown[], ports: MessagePortMain[]): void
  answer(channel: string, args: unknown[]): Promise<unknown>
}

/** One document of a window and its preload world: gone with the next navigation, and every port it held with it. */
export class Document {
  readonly #session: CdpSession
  readonly #contextId: number
  readonly #host: DocumentHost
  readonly #ports = new Map<string, PortEnd>()
  #nextPort = 0
  #alive = true

  constructor(session: CdpSession, contextId: number, host: DocumentHost) {
    this.#session = session
    this.#contextId = contextId
    this.#host = host
  }

  /** Delivers to the page's `ipcRenderer`; the ends go to the page. */
  send(channel: string, args: readonly unknown[], ends: readonly PortEnd[]): void {
    const ports = ends.map((end) => {
      const id = `main-${this.#nextPort++}`
      this.#connect(id, end)
      return { id, end }
    })
    this.#tell({ t: 'ipc', channel, args: encode(args), ports: ports.map(({ id }) => id) })
    for (const { id, end } of ports) end.take(this.#sinkOf(id))
  }

  /** Takes one call of the page's binding. */
  receive(json: string): void {
    const frame = JSON.parse(json) as FromPage
    switch (frame.t) {
      case 'send':
        this.#host.receive(frame.channel, decode(frame.args) as unknown[], frame.ports.map((id) => this.#portFromPage(id)))
        return
      case 'invoke':
        void this.#answer(frame.id, frame.channel, decode(frame.args) as unknown[])
        return
      case 'port':
        this.#ports.get(frame.id)?.post(decode(frame.data))
        return
      case 'portClosed':
        this.#ports.get(frame.id)?.close()
        this.#ports.delete(frame.id)
    }
  }

  /** The document is gone: every port closes. */
  dispose(): void {
    this.#alive = false
    for (const end of this.#ports.values()) end.close()
    this.#ports.clear()
  }

  async #answer(id: number, channel: string, args: unknown[]): Promise<void> {
    try {
      this.#tell({ t: 'result', id, ok: true, value: encode(structuredClone(await this.#host.answer(channel, args))) })
    } catch (thrown) {
      this.#tell({ t: 'result', id, ok: false, value: `Error invoking remote method '${channel}': ${String(thrown)}` })
    }
  }

  #portFromPage(id: string): MessagePortMain {
    const [ours, pages] = PortEnd.pair()
    this.#connect(id, pages)
    pages.take(this.#sinkOf(id))
    return new MessagePortMain(ours)
  }

  #connect(id: string, end: PortEnd): void {
    this.#ports.set(id, end)
  }

  #sinkOf(id: string): { message(data: unknown): void; closed(): void } {
    return {
      message: (data) => this.#tell({ t: 'port', id, data: encode(data) }),
      closed: () => {
        if (this.#ports.delete(id)) this.#tell({ t: 'portClosed', id })
      },
    }
  }

  #tell(frame: ToPage): void {
    if (!this.#alive) return
    const expression = `__standInReceive(${JSON.stringify(frame)})`
    this.#session.send('Runtime.evaluate', { expression, contextId: this.#contextId }).catch(() => {
      // The document went away while the message was on its way; Electron drops it as well.
    })
  }
}

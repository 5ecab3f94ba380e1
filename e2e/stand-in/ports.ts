import { EventEmitter } from 'node:events'
import { only } from './only.ts'

/** What takes the messages of one end: a listener in this process, or a page. */
export interface PortSink {
  message(data: unknown): void
  closed(): void
}

/** One of two entangled ends. Messages wait until somebody takes them. */
export class PortEnd {
  #peer: PortEnd | null = null
  #sink: PortSink | null = null
  #waiting: unknown[] = []
  #open = true

  static pair(): [PortEnd, PortEnd] {
    const a = new PortEnd(), b = new PortEnd()
    a.#peer = b
    b.#peer = a
    return [a, b]
  }

  /** Sends to the other end, in order, after the current work, as a port between processes does. */
  post(data: unknown): void {
    const peer = this.#peer
    if (this.#open && peer !== null) setImmediate(() => peer.#receive(data))
  }

  take(sink: PortSink): void {
    this.#sink = sink
    for (const data of this.#waiting.splice(0)) sink.message(data)
    if (!this.#open) sink.closed()
  }

  /** Closes both ends and tells both. */
  close(): void {
    const peer = this.#peer
    this.#shut()
    if (peer !== null) setImmediate(() => peer.#shut())
  }

  #shut(): void {
    if (!this.#open) return
    this.#open = false
    this.#sink?.closed()
  }

  #receive(data: unknown): void {
    if (!this.#open) return
    if (this.#sink === null) this.#waiting.push(data)
    else this.#sink.message(data)
  }
}

/** The ends behind ports, which a port gives away when it is transferred. */
const ends = new WeakMap<object, PortEnd>()

/** Electron's MessagePortMain. */
export class MessagePortMain extends EventEmitter {
  #started = false

  constructor(end: PortEnd) {
    super()
    const self = only('MessagePortMain', this)
    ends.set(this, end)
    ends.set(self, end)
    return self
  }

  /** Throws a DataCloneError for what cannot cross, e.g. a function. */
  postMessage(message: unknown, transfer: readonly unknown[] = []): void {
    if (transfer.length > 0) throw new Error('stand-in: a port within a port message is not emulated')
    ends.get(this)?.post(structuredClone(message))
  }

  start(): void {
    if (this.#started) return
    this.#started = true
    ends.get(this)?.take({
      message: (data) => this.emit('message', { data, ports: [] }),
      closed: () => this.emit('close'),
    })
  }

  close(): void {
    ends.get(this)?.close()
  }
}

/** Electron's MessageChannelMain. */
export class MessageChannelMain {
  readonly port1: MessagePortMain
  readonly port2: MessagePortMain

  constructor() {
    const [a, b] = PortEnd.pair()
    this.port1 = new MessagePortMain(a)
    this.port2 = new MessagePortMain(b)
  }
}

/** Takes the end out of a port that is transferred; the port itself is of no use any more. */
export function takeEnd(port: unknown): PortEnd {
  const end = typeof port === 'object' && port !== null ? ends.get(port) : undefined
  if (end === undefined) throw new TypeError('Invalid value for transfer: it is no MessagePortMain, or was transferred before')
  ends.delete(port as object)
  return end
}

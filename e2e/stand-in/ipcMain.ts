import { EventEmitter } from 'node:events'
import type { MessagePortMain } from './ports.ts'
import type { WebContents, WebFrameMain } from './WebContents.ts'

/** What a listener of `ipcMain` gets first. */
export interface IpcMainEvent {
  readonly type: 'frame'
  readonly sender: WebContents
  readonly senderFrame: WebFrameMain
  readonly processId: number
  readonly frameId: number
  readonly ports: readonly MessagePortMain[]
  reply(channel: string, ...args: unknown[]): void
}

type Invokable = (event: Omit<IpcMainEvent, 'ports' | 'reply'>, ...args: unknown[]) => unknown

/** Electron's ipcMain. */
export class IpcMain extends EventEmitter {
  readonly #handlers = new Map<string, Invokable>()

  handle(channel: string, handler: Invokable): void {
    if (this.#handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    this.#handlers.set(channel, handler)
  }

  removeHandler(channel: string): void {
    this.#handlers.delete(channel)
  }

  /** A page sent something. Electron drops what nobody listens to; here that is told, since it is a mistake. */
  deliver(contents: WebContents, channel: string, args: unknown[], ports: readonly MessagePortMain[]): void {
    const event = { ...this.#origin(contents), ports, reply: (to: string, ...values: unknown[]) => contents.send(to, ...values) }
    if (!this.emit(channel, event satisfies IpcMainEvent, ...args)) console.error(`stand-in: nobody listens to ipcMain channel "${channel}"`)
  }

  /** A page invoked something. */
  async answer(contents: WebContents, channel: string, args: unknown[]): Promise<unknown> {
    const handler = this.#handlers.get(channel)
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`)
    return await handler(this.#origin(contents), ...args)
  }

  #origin(contents: WebContents) {
    return { type: 'frame' as const, sender: contents.self, senderFrame: contents.mainFrame, processId: 1, frameId: 1 }
  }
}

export const ipcMain = new IpcMain()

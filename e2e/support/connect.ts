import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import WebSocket from 'ws'
import type { Api } from '../../main/contract/api.ts'
import type { GenerationOptions, Message } from '../../main/contract/domains/chat.ts'
import { readFile } from 'node:fs/promises'

/** The services of a running browser host, asked as a page asks them, for specs that need hundreds of questions. */
export class Connection {
  readonly #socket: WebSocket
  readonly client: ContractRouterClient<Api>

  private constructor(socket: WebSocket) {
    this.#socket = socket
    this.client = createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }))
  }

  /** @param address The printed one, with its token. */
  static async open(address: string): Promise<Connection> {
    const { origin, host } = new URL(address)
    const response = await fetch(address, { redirect: 'manual' })
    const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0] ?? '').join('; ')
    const socket = new WebSocket(`ws://${host}/rpc`, { headers: { cookie, origin } })
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    return new Connection(socket)
  }

  /** Stores a picture; returns its id. */
  async addImage(path: string): Promise<string> {
    const { id } = await this.client.images.add({ file: new Blob([await readFile(path)]), name: path })
    return id
  }

  /** Asks in a new chat and returns the unfinished answer. */
  async ask(text: string, images: string[], options: GenerationOptions = {}): Promise<Message> {
    const { id: chatId } = await this.client.chats.create()
    const { answer } = await this.client.chats.ask({ chatId, text, images, options })
    return answer
  }

  /** The answer as it is stored once nothing is written to it any more. */
  async finished(messageId: string): Promise<Message> {
    for await (const event of await this.client.chats.follow({ messageId })) if (event.type === 'end') return event.message
    throw new Error('the answer ended without its message')
  }

  /** Every message of every chat, by id. */
  async everyMessage(): Promise<Map<string, Message>> {
    const all = new Map<string, Message>()
    for (const { id: chatId } of await this.client.chats.list()) {
      const { messages } = await this.client.chats.open({ chatId })
      for (const message of messages) all.set(message.id, message)
    }
    return all
  }

  close(): void {
    this.#socket.terminate()
  }
}

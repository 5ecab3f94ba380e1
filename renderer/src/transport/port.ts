import { RPCLink } from '@orpc/client/message-port'
import type { Channel } from './channel.ts'

/** Opens a channel through the message port that the preload script obtains from the window host. */
export async function dialPort(bridge: Bridge): Promise<Channel> {
  const port = await requestPort(bridge)
  const link = new RPCLink({ port })
  const closed = new Promise<void>((resolve) => {
    port.addEventListener('close', () => resolve(), { once: true })
  })
  port.start()
  return { link, closed }
}

function requestPort(bridge: Bridge): Promise<MessagePort> {
  const nonce = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return new Promise((resolve) => {
    const onMessage = (event: MessageEvent<unknown>) => {
      const port = event.ports[0]
      if (event.data !== nonce || port === undefined) return
      window.removeEventListener('message', onMessage)
      resolve(port)
    }
    window.addEventListener('message', onMessage)
    bridge.connect(nonce)
  })
}

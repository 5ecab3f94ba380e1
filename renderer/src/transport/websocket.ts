import { RPCLink } from '@orpc/client/websocket'
import type { Channel } from './channel.ts'

/** Opens a channel to the browser host that served this page; the cookie set by the opening URL lets it in. */
export async function dialWebSocket(location: Location): Promise<Channel> {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  const websocket = new WebSocket(`${scheme}://${location.host}/rpc`)
  const link = new RPCLink({ websocket })
  const closed = new Promise<void>((resolve) => {
    websocket.addEventListener('close', () => resolve(), { once: true })
  })
  await new Promise<void>((resolve, reject) => {
    websocket.addEventListener('open', () => resolve(), { once: true })
    websocket.addEventListener('error', () => reject(new Error('The WebSocket could not be opened.')), { once: true })
  })
  return { link, closed }
}

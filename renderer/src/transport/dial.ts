import type { Dial } from './channel.ts'
import { dialPort } from './port.ts'
import { dialWebSocket } from './websocket.ts'

/** The way to the services from this page: the window host's port where there is one, else the server it came from. */
export function chooseDial(page: Window): Dial {
  const { bridge } = page
  return bridge === undefined ? () => dialWebSocket(page.location) : () => dialPort(bridge)
}

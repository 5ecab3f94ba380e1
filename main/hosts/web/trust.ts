import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** What a request must prove: the port it came in on and the token of this start. */
export interface Trust {
  readonly port: number
  readonly token: string
}

/** Name of the cookie. Cookies of 127.0.0.1 are shared by all ports, so the port is part of the name. */
export const cookieName = (port: number): string => `llava_desk_${port}`

/** The only origin the page may have. `localhost` and other names are refused: a name can be made to point here (DNS rebinding). */
export const originOf = (port: number): string => `http://127.0.0.1:${port}`

/** Compares in a time that does not depend on where they differ. */
export function equalSecrets(given: string, expected: string): boolean {
  const a = Buffer.from(given), b = Buffer.from(expected)
  return a.length === b.length && timingSafeEqual(a, b)
}

/** The value of one cookie; null where it is absent. */
export function readCookie(header: string | undefined, name: string): string | null {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return null
}

/** Whether the request was meant for this server and not sent by a foreign page. `Origin` decides where it is present. */
export function isFromHere(headers: IncomingHttpHeaders, port: number): boolean {
  if (headers.host !== `127.0.0.1:${port}`) return false
  return headers.origin === undefined || headers.origin === originOf(port)
}

/** Whether the request carries the cookie of this start. */
export function hasCookie(headers: IncomingHttpHeaders, trust: Trust): boolean {
  return equalSecrets(readCookie(headers.cookie, cookieName(trust.port)) ?? '', trust.token)
}

/**
 * Whether a browser says that another site's page asked for a part of ours. A person who follows a link to the page itself
 * (a navigation) is welcome. Browsers without the header are judged by cookie and origin alone.
 */
export function isForeignSubrequest(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site']
  if (site === undefined || site === 'same-origin' || site === 'none') return false
  return headers['sec-fetch-mode'] !== 'navigate'
}

/** Whether a WebSocket upgrade comes from our own page: here a missing `Origin` means no, browsers always send one. */
export function mayUpgrade(headers: IncomingHttpHeaders, trust: Trust): boolean {
  return headers.origin !== undefined && isFromHere(headers, trust.port) && hasCookie(headers, trust)
}

import type { Settings } from '../../contract/domains/app.ts'
import { AppError } from '../../contract/errors/AppError.ts'

/** Where the hub is and how to get there. */
export interface HubOptions {
  /** Base address, without a slash at its end. */
  readonly base: URL
  /** Proxy for http and for https addresses; empty: none. */
  readonly httpProxy: string
  readonly httpsProxy: string
  /** Hosts that are reached without a proxy, separated by commas. */
  readonly noProxy: string
}

const DEFAULT_HUB = 'https://huggingface.co'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * What the settings say, else the environment (HF_ENDPOINT, HTTPS_PROXY, HTTP_PROXY, NO_PROXY; in small letters, too, as curl
 * reads them), else the defaults. Throws `HUB_UNREACHABLE` where the environment names no web address, or none a proxy can have.
 */
export function hubOptions(settings: Pick<Settings['downloads'], 'hub' | 'proxy'>, environment: Environment): HubOptions {
  const variable = (name: string) => environment[name.toLowerCase()] ?? environment[name] ?? ''
  const httpProxy = proxyAddress(settings.proxy ?? variable('HTTP_PROXY'))
  return {
    base: webAddress(settings.hub ?? (variable('HF_ENDPOINT') || DEFAULT_HUB)),
    httpProxy,
    httpsProxy: proxyAddress(settings.proxy ?? variable('HTTPS_PROXY')) || httpProxy,
    noProxy: variable('NO_PROXY'),
  }
}

function webAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !['http:', 'https:'].includes(url.protocol)) throw new AppError('HUB_UNREACHABLE', { host: text, detail: 'not a web address' })
  url.pathname = url.pathname.replace(/\/+$/, '')
  return url
}

const PROXIES: ReadonlySet<string> = new Set(['http:', 'https:', 'socks5:', 'socks:'])

/** Without a scheme it is a host, as for curl: "proxy:3128". Empty: none. */
function proxyAddress(text: string): string {
  const named = text.trim()
  if (named === '') return ''
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(named) ? named : `http://${named}`
  // The name and password of an address are nobody's business but the proxy's, also where the rest is wrong.
  if (!isProxy(address)) throw new AppError('HUB_UNREACHABLE', { host: named.replace(/^.*@/s, ''), detail: 'not a proxy address' })
  return address
}

function isProxy(address: string): boolean {
  try {
    const { protocol, hostname, username, password } = new URL(address)
    decodeURIComponent(username + password)
    return PROXIES.has(protocol) && hostname !== ''
  } catch {
    return false
  }
}

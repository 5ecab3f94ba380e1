import { readablePunycode } from './punycode.ts'

/** Text between these (FIRST STRONG ISOLATE and its end) keeps its direction to itself. */
const isolate = '\u2068'
const endIsolate = '\u2069'

/** An address taken apart for a person who decides whether to open it. Before, target and after together are the address. */
export interface AddressParts {
  readonly kind: 'web' | 'mail'
  readonly before: string
  /** Where it really leads: the host with its port, or who is written to. */
  readonly target: string
  readonly after: string
  /** How the host reads where its name has letters beyond a to z, so marked that it cannot turn around what it stands in; null where it has none. */
  readonly looksLike: string | null
}

/** Takes an address of `readableAddress` apart; null for any other. */
export function addressParts(address: string): AddressParts | null {
  if (!URL.canParse(address)) return null
  const url = new URL(address)
  if (url.protocol === 'mailto:') {
    const end = address.indexOf('?')
    const target = address.slice('mailto:'.length, end === -1 ? undefined : end)
    return { kind: 'mail', before: 'mailto:', target, after: end === -1 ? '' : address.slice(end), looksLike: null }
  }
  const before = `${url.protocol}//`
  if (!address.startsWith(before + url.host)) return null
  const readable = readablePunycode(url.hostname)
  return { kind: 'web', before, target: url.host, after: address.slice(before.length + url.host.length), looksLike: readable === url.hostname ? null : `${isolate}${readable}${endIsolate}` }
}

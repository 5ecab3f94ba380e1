/** Longer ones are none that a person can judge; and one that is defined once may be used thousands of times. */
const longest = 2_000

const schemes = new Set(['http:', 'https:', 'mailto:'])

/**
 * The address as a person should read it before opening it, or null where it is none that the app offers
 * (`javascript:`, `data:`, `file:`, relative paths, endless ones). `URL` writes host names in Punycode, so look-alike letters show.
 */
export function readableAddress(href: string): string | null {
  if (href.length > longest || !URL.canParse(href)) return null
  const url = new URL(href)
  if (!schemes.has(url.protocol)) return null
  url.username = ''
  url.password = ''
  return url.href
}

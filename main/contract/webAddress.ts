/** Longest address shown whole in the question; anything longer is no link a person can judge. */
const longestAddress = 2000

/**
 * The address that the window host offers to open outside, as it shows it; null for everything but plain web addresses (no file:, no
 * program links, no passwords in them).
 */
export function webAddress(address: string): string | null {
  if (address.length > longestAddress || !URL.canParse(address)) return null
  const url = new URL(address)
  return (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === '' ? url.href : null
}

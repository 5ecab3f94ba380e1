/** Parameters of Punycode (RFC 3492, section 5). */
const base = 36, least = 1, most = 26, skew = 38, damp = 700, firstBias = 72, firstPoint = 128

/** A host name with its Punycode labels ("xn--…") as the letters they stand for; labels that are not valid stay as they are. */
export function readablePunycode(host: string): string {
  return host
    .split('.')
    .map((label) => (label.startsWith('xn--') ? (decodeLabel(label.slice(4)) ?? label) : label))
    .join('.')
}

function decodeLabel(encoded: string): string | null {
  const split = encoded.lastIndexOf('-')
  const points = Array.from(encoded.slice(0, Math.max(0, split)), (letter) => letter.charCodeAt(0))
  let point = firstPoint, bias = firstBias, inserted = 0, at = split === -1 ? 0 : split + 1
  while (at < encoded.length) {
    const before = inserted
    for (let weight = 1, k = base; ; k += base) {
      const digit = digitOf(encoded.charCodeAt(at++))
      if (digit === null) return null
      inserted += digit * weight
      const threshold = Math.min(most, Math.max(least, k - bias))
      if (digit < threshold) break
      weight *= base - threshold
    }
    bias = adapt(inserted - before, points.length + 1, before === 0)
    point += Math.floor(inserted / (points.length + 1))
    inserted %= points.length + 1
    if (point > 0x10ffff) return null
    points.splice(inserted++, 0, point)
  }
  return String.fromCodePoint(...points)
}

/** a to z are 0 to 25, 0 to 9 are 26 to 35; null for all else, the end of the text included. */
function digitOf(code: number): number | null {
  if (code >= 97 && code <= 122) return code - 97
  return code >= 48 && code <= 57 ? code - 22 : null
}

function adapt(change: number, count: number, first: boolean): number {
  let delta = Math.floor(change / (first ? damp : 2))
  delta += Math.floor(delta / count)
  let k = 0
  for (; delta > ((base - least) * most) / 2; k += base) delta = Math.floor(delta / (base - least))
  return k + Math.floor(((base - least + 1) * delta) / (delta + skew))
}

/** Colours as HEIF names them without a profile (code points of ITU-T H.273). */
export interface Nclx {
  readonly primaries: number
  readonly transfer: number
}

/** x and y of red, green and blue; white is D65. */
const PRIMARIES: ReadonlyMap<number, readonly (readonly [number, number])[]> = new Map([
  [9, [[0.708, 0.292], [0.17, 0.797], [0.131, 0.046]]], // BT.2020
  [12, [[0.68, 0.32], [0.265, 0.69], [0.15, 0.06]]], // Display P3
])

const PQ = 16
/** Diffuse white of HDR pictures, in shares of PQ's 10,000 cd/m2 (ITU-R BT.2408): what is brighter is shown as white. */
const WHITE = 203 / 10_000

/** D65, and the white point of profiles (D50), as XYZ. */
const D65: Triple = [0.95047, 1, 1.08883]
/** Bradford's matrix from D65 to D50. */
const TO_D50: readonly [Triple, Triple, Triple] = [[1.0478112, 0.0228866, -0.050127], [0.0295424, 0.9904844, -0.0170491], [-0.0092345, 0.0150436, 0.7521316]]

/**
 * An ICC profile (version 2, matrix and curves) for colours wider than sRGB's or of PQ's brightness; null for all that screens take
 * for sRGB. HLG is made to be shown with an ordinary curve.
 */
export function nclxProfile({ primaries, transfer }: Nclx): Uint8Array<ArrayBuffer> | null {
  const wide = PRIMARIES.get(primaries)
  if (wide === undefined) return null
  const columns = colorants(wide)
  const curve = curveTag(transfer === PQ ? fromPq : fromSrgb)
  const tags: (readonly [string, Buffer])[] = [
    ['desc', descriptionTag('HEIF colours')],
    ['cprt', Buffer.from('text\0\0\0\0No copyright\0', 'latin1')],
    ['wtpt', xyzTag([0.9642, 1, 0.8249])],
    ...columns.map((column, index) => [`${'rgb'.charAt(index)}XYZ`, xyzTag(column)] as const),
    ...(['rTRC', 'gTRC', 'bTRC'] as const).map((name) => [name, curve] as const),
  ]
  return assemble(tags)
}

type Triple = readonly [number, number, number]

/** XYZ under D50 of each primary at full strength: together they are white. */
function colorants(primaries: readonly (readonly [number, number])[]): Triple[] {
  const [red = D65, green = D65, blue = D65] = primaries.map(([x, y]): Triple => [x / y, 1, (1 - x - y) / y])
  // Cramer's rule for how strong each must be.
  const all = determinant(red, green, blue)
  const strengths = [determinant(D65, green, blue), determinant(red, D65, blue), determinant(red, green, D65)].map((part) => part / all)
  return [red, green, blue].map(([x, y, z], index): Triple => {
    const strength = strengths[index] ?? 0
    const row = ([a, b, c]: Triple) => (a * x + b * y + c * z) * strength
    return [row(TO_D50[0]), row(TO_D50[1]), row(TO_D50[2])]
  })
}

/** Of the matrix whose columns these are. */
function determinant([a, b, c]: Triple, [d, e, f]: Triple, [g, h, i]: Triple): number {
  return a * (e * i - f * h) - d * (b * i - c * h) + g * (b * f - c * e)
}

const fromSrgb = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)

/** SMPTE ST 2084, with diffuse white at 1. */
function fromPq(value: number): number {
  const power = value ** (1 / 78.84375)
  const light = (Math.max(0, power - 0.8359375) / (18.8515625 - 18.6875 * power)) ** (1 / 0.1593017578125)
  return Math.min(1, light / WHITE)
}

function curveTag(curve: (value: number) => number): Buffer {
  const steps = 1024
  const tag = Buffer.alloc(12 + steps * 2)
  tag.write('curv', 'latin1')
  tag.writeUInt32BE(steps, 8)
  for (let at = 0; at < steps; at += 1) tag.writeUInt16BE(Math.round(curve(at / (steps - 1)) * 65_535), 12 + at * 2)
  return tag
}

function xyzTag(values: readonly number[]): Buffer {
  const tag = Buffer.alloc(20)
  tag.write('XYZ ', 'latin1')
  for (const [at, value] of values.entries()) tag.writeInt32BE(Math.round(value * 65_536), 8 + at * 4)
  return tag
}

function descriptionTag(text: string): Buffer {
  const tag = Buffer.alloc(12 + text.length + 1 + 78)
  tag.write('desc', 'latin1')
  tag.writeUInt32BE(text.length + 1, 8)
  tag.write(text, 12, 'latin1')
  return tag
}

/** Header, table and contents; contents begin at multiples of four. */
function assemble(tags: readonly (readonly [string, Buffer])[]): Uint8Array<ArrayBuffer> {
  const head = Buffer.alloc(128 + 4 + tags.length * 12)
  head.writeUInt32BE(0x02400000, 8)
  head.write('mntrRGB XYZ ', 12, 'latin1')
  head.write('acsp', 36, 'latin1')
  for (const [at, value] of [0.9642, 1, 0.8249].entries()) head.writeInt32BE(Math.round(value * 65_536), 68 + at * 4)
  head.writeUInt32BE(tags.length, 128)
  const parts: Buffer[] = [head]
  let size = head.length
  for (const [index, [name, content]] of tags.entries()) {
    head.write(name, 132 + index * 12, 'latin1')
    head.writeUInt32BE(size, 136 + index * 12)
    head.writeUInt32BE(content.length, 140 + index * 12)
    const padding = Buffer.alloc((4 - (content.length % 4)) % 4)
    parts.push(content, padding)
    size += content.length + padding.length
  }
  head.writeUInt32BE(size, 0)
  return Uint8Array.from(Buffer.concat(parts))
}

/** Where a channel's bits are in a pixel: `(value >>> shift) & most`. `most` 0: the pixel has no such channel. */
export interface BmpMask {
  readonly shift: number
  readonly most: number
}

export interface BmpHeader {
  readonly width: number
  readonly height: number
  /** Rows run from the top; usually they run from the bottom. */
  readonly topDown: boolean
  readonly bits: number
  readonly compression: number
  /** RGB, three bytes a colour. */
  readonly palette: Buffer
  /** Red, green, blue, alpha. */
  readonly masks: readonly BmpMask[]
  readonly pixelsAt: number
  /** Rows are filled up to multiples of four bytes. */
  readonly rowBytes: number
}

/** Sizes of the headers: OS/2's first one, Windows' first one, and the first that names an alpha mask. */
const CORE = 12, INFO = 40, V3 = 56
const BITFIELDS = 3, ALPHA_BITFIELDS = 6

/** What the header of a BMP file says. Throws an `Error` where it makes no sense. */
export function bmpHeader(file: Buffer): BmpHeader {
  if (file.length < 26) throw new Error('its end is missing')
  const size = file.readUInt32LE(14)
  if (size !== CORE && size < INFO) throw new Error(`a header of ${size} bytes is not known`)
  if (file.length < 14 + size) throw new Error('its end is missing')
  const core = size === CORE
  const width = core ? file.readUInt16LE(18) : file.readInt32LE(18)
  // A negative height says that rows run from the top.
  const signedHeight = core ? file.readUInt16LE(20) : file.readInt32LE(22)
  const height = Math.abs(signedHeight)
  if (width <= 0 || height === 0) throw new Error(`the header says ${width} x ${height} pixels`)
  const bits = file.readUInt16LE(core ? 24 : 28)
  const compression = core ? 0 : file.readUInt32LE(30)
  if (![1, 2, 4, 8, 16, 24, 32].includes(bits) || ![0, 1, 2, BITFIELDS, ALPHA_BITFIELDS].includes(compression)) throw new Error(`pixels of ${bits} bits and kind ${compression} are not known`)
  if ((compression === 1 && bits !== 8) || (compression === 2 && bits !== 4)) throw new Error(`run lengths of ${bits} bits are not known`)
  return { width, height, topDown: signedHeight < 0, bits, compression, palette: paletteOf(file, size, bits), masks: masksOf(file, size, bits, compression), pixelsAt: file.readUInt32LE(10), rowBytes: Math.ceil((width * bits) / 32) * 4 }
}

function paletteOf(file: Buffer, size: number, bits: number): Buffer {
  if (bits > 8) return Buffer.alloc(0)
  const entry = size === CORE ? 3 : 4
  const most = 1 << bits
  const used = size === CORE ? most : file.readUInt32LE(46)
  const palette = Buffer.alloc(3 * (used === 0 ? most : Math.min(used, most)))
  for (let at = 0; at * 3 < palette.length; at += 1)
    for (let channel = 0; channel < 3; channel += 1) palette[at * 3 + channel] = file[14 + size + at * entry + 2 - channel] ?? 0
  return palette
}

/** The fourth byte of a 32-bit pixel means nothing unless the header names an alpha mask; most writers leave it 0. */
function masksOf(file: Buffer, size: number, bits: number, compression: number): BmpMask[] {
  const named = compression === BITFIELDS || compression === ALPHA_BITFIELDS
  if (named && file.length < 66) throw new Error('its end is missing')
  const usual = bits === 16 ? [0x7c00, 0x03e0, 0x001f] : [0xff0000, 0x00ff00, 0x0000ff]
  const colours = named ? [54, 58, 62].map((at) => file.readUInt32LE(at)) : usual
  const alpha = bits === 32 && ((size >= V3 && named) || compression === ALPHA_BITFIELDS) && file.length >= 70 ? file.readUInt32LE(66) : 0
  return [...colours, alpha].map(maskOf)
}

function maskOf(mask: number): BmpMask {
  if (mask === 0) return { shift: 0, most: 0 }
  const shift = 31 - Math.clz32(mask & -mask)
  return { shift, most: mask >>> shift }
}

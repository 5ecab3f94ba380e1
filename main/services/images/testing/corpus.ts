/** Where a picture's corners and centre are looked at, in shares of its sides. */
export const places = { topLeft: [0.12, 0.15], topRight: [0.88, 0.15], bottomLeft: [0.12, 0.85], bottomRight: [0.88, 0.85], arrowHead: [0.42, 0.22], arrowFoot: [0.42, 0.8], arrow: [0.49, 0.5] } as const
export type Place = keyof typeof places
export type Colours = Readonly<Record<Place, readonly [number, number, number]>>

const black = [0, 0, 0] as const, white = [255, 255, 255] as const

/** What every file shows: four coloured corners, and an arrow that points up. */
export const inColour: Colours = { topLeft: [200, 30, 40], topRight: [30, 150, 50], bottomLeft: [30, 60, 200], bottomRight: [230, 200, 30], arrowHead: black, arrowFoot: white, arrow: black }

/** Files of two tones have red and blue black, the rest white. */
export const inBlackAndWhite: Colours = { topLeft: black, topRight: white, bottomLeft: black, bottomRight: white, arrowHead: black, arrowFoot: white, arrow: black }

/** Luma of the colours; writers weigh red differently. */
export const inGrey: Colours = { ...inColour, topLeft: [74, 74, 74], topRight: [103, 103, 103], bottomLeft: [67, 67, 67], bottomRight: [190, 190, 190] }

export interface CorpusFile {
  readonly file: string
  readonly format: string
  readonly colours: Colours
  /** How far a channel may be off: 12 for lossy files and profiles, more where the inks of a printer stand between. */
  readonly by: number
  readonly frames: number
}

const file = (name: string, format: string, more: Partial<CorpusFile> = {}): CorpusFile => ({ file: name, format, colours: inColour, by: 14, frames: 1, ...more })
const exact = { by: 2 } as const
const numbered = (numbers: readonly number[], ending: string, format: string) => numbers.map((number) => file(`orientation-${number}.${ending}`, format))

/** What each file must decode to. Made by `makeFiles.sh`. */
export const readable: readonly CorpusFile[] = [
  ...['plain', 'lossless-rgb', 'ten-bit', 'twelve-bit', 'alpha', 'thumbnail', 'adobe-rgb', 'imagemagick', 'two-pictures'].map((name) => file(`${name}.heic`, 'heic')),
  file('grey.heic', 'heic', { colours: inGrey }),
  file('grid-turned.heic', 'heic'),
  file('heic-inside.jpg', 'heic'),
  ...numbered([2, 3, 4, 5, 6, 7, 8], 'heic', 'heic'),
  file('plain.avif', 'avif'),
  file('avif-inside.heif', 'avif'),
  ...['baseline', 'progressive', 'restart', 'adobe-rgb'].map((name) => file(`${name}.jpg`, 'jpeg', { by: 24 })),
  file('grey.jpg', 'jpeg', { colours: inGrey }),
  file('cmyk-adobe.jpg', 'jpeg', { by: 80 }),
  ...numbered([1, 2, 3, 4, 5, 6, 7, 8], 'jpg', 'jpeg').map((one) => ({ ...one, by: 24 })),
  ...['sixteen-bit', 'palette', 'alpha', 'interlaced'].map((name) => file(`${name}.png`, 'png', exact)),
  file('adobe-rgb.png', 'png'),
  file('one-bit.png', 'png', { colours: inBlackAndWhite, ...exact }),
  file('grey-sixteen-bit.png', 'png', { colours: inGrey }),
  file('moving.png', 'png', { frames: 2, ...exact }),
  ...['lzw', 'deflate', 'packbits', 'tiles', 'big-endian', 'bigtiff', 'planes', 'palette', 'sixteen-bit', 'alpha', 'orientation-6'].map((name) => file(`${name}.tif`, 'tiff', exact)),
  file('jpeg.tif', 'tiff', { by: 24 }),
  file('cmyk.tif', 'tiff', { by: 80 }),
  file('group3.tif', 'tiff', { colours: inBlackAndWhite, ...exact }),
  file('group4.tif', 'tiff', { colours: inBlackAndWhite, ...exact }),
  file('three-pages.tif', 'tiff', { frames: 3, ...exact }),
  ...['plain', 'run-length', 'palette', 'alpha'].map((name) => file(`${name}.bmp`, 'bmp', exact)),
  file('rgb565.bmp', 'bmp', { by: 8 }),
  file('one-bit.bmp', 'bmp', { colours: inBlackAndWhite, ...exact }),
  file('lossy.webp', 'webp'),
  ...['lossless', 'alpha'].map((name) => file(`${name}.webp`, 'webp', exact)),
  file('moving.webp', 'webp', { frames: 2, ...exact }),
  ...['plain', 'alpha-interlaced'].map((name) => file(`${name}.gif`, 'gif', exact)),
  file('moving.gif', 'gif', { frames: 2, ...exact }),
  file('cairo.svg', 'svg', exact),
]

/** Files that must not open, with the code that says why and what the sentence must name. */
export const refused: readonly (readonly [file: string, code: string, named: RegExp])[] = [
  ['icon.ico', 'IMAGE_UNSUPPORTED', /^ico$/],
  ['jpeg2000.jp2', 'IMAGE_UNSUPPORTED', /^jp2$/],
  ['jpegxl.jxl', 'IMAGE_UNSUPPORTED', /^jxl$/],
  ['photoshop.psd', 'IMAGE_UNSUPPORTED', /^psd$/],
  ['damaged-cut-pixels.heic', 'IMAGE_DAMAGED', /end is missing/],
  ['damaged-cut-head.heic', 'IMAGE_DAMAGED', /end is missing/],
  ['damaged-cut.avif', 'IMAGE_DAMAGED', /end is missing/],
  ['damaged-cut.jpg', 'IMAGE_DAMAGED', /end is missing/],
  ['damaged-cut.png', 'IMAGE_DAMAGED', /end is missing/],
  ['damaged-cut.webp', 'IMAGE_DAMAGED', /end is missing/],
  ['damaged-cut.gif', 'IMAGE_DAMAGED', /end is missing/],
  ['damaged-cut.bmp', 'IMAGE_DAMAGED', /end is missing/],
  ['damaged-cut.tif', 'IMAGE_DAMAGED', /end is missing/],
  ['damaged-flipped.heic', 'IMAGE_DAMAGED', /./],
  ['damaged-flipped.png', 'IMAGE_DAMAGED', /contradict/],
  ['damaged-lying-size.heic', 'IMAGE_DAMAGED', /size signaled/],
  ['damaged-lying-size.png', 'IMAGE_TOO_LONG', /^60000$/],
  ['damaged-lying-size.bmp', 'IMAGE_TOO_LONG', /^60000$/],
]

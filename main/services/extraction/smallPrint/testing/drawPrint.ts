import sharp from 'sharp'
import type { GreyCopy } from '../greyCopy.ts'

/**
 * Letters as bitmaps, so that no test depends on fonts: 5 wide; 7 rows over the base line, of which the lowest 5 are those of
 * a small letter, and 2 rows below it.
 */
const GLYPHS: Record<string, string> = {
  A: '.###./#...#/#...#/#####/#...#/#...#/#...#', B: '####./#...#/#...#/####./#...#/#...#/####.', E: '#####/#..../#..../####./#..../#..../#####',
  H: '#...#/#...#/#...#/#####/#...#/#...#/#...#', L: '#..../#..../#..../#..../#..../#..../#####', N: '#...#/##..#/##..#/#.#.#/#..##/#..##/#...#',
  O: '.###./#...#/#...#/#...#/#...#/#...#/.###.', R: '####./#...#/#...#/####./#.#../#..#./#...#', S: '.####/#..../#..../.###./....#/....#/####.',
  T: '#####/..#../..#../..#../..#../..#../..#..', 0: '.###./#...#/#..##/#.#.#/##..#/#...#/.###.', 1: '..#../.##../..#../..#../..#../..#../.###.',
  2: '.###./#...#/....#/...#./..#../.#.../#####', 4: '...#./..##./.#.#./#..#./#####/...#./...#.', 7: '#####/....#/...#./..#../..#../..#../..#..',
  a: '/../.###./....#/.####/#...#/.####', c: '/../.####/#..../#..../#..../.####', e: '/../.###./#...#/#####/#..../.###.', n: '/../####./#...#/#...#/#...#/#...#',
  o: '/../.###./#...#/#...#/#...#/.###.', r: '/../#.##./##..#/#..../#..../#....', s: '/../.####/#..../.###./....#/####.', u: '/../#...#/#...#/#...#/#...#/.####',
  b: '#..../#..../####./#...#/#...#/#...#/####.', d: '....#/....#/.####/#...#/#...#/#...#/.####', h: '#..../#..../####./#...#/#...#/#...#/#...#', l: '.##../..#../..#../..#../..#../..#../.###.',
  g: '/../.####/#...#/#...#/#...#/.####/....#/.###.', p: '/../####./#...#/#...#/#...#/####./#..../#....',
}
export const CAPITALS = 'ABEHLNORST01247'
/** As often as they are in running text. */
export const SMALL_LETTERS = 'aceenorsuacenorsubdhlgpT'

/** A page in floating grey values; 255 is white. */
export class DrawnPage {
  readonly width: number
  readonly height: number
  readonly #levels: Float32Array

  constructor(width: number, height: number, paper = 255) {
    this.width = width
    this.height = height
    this.#levels = new Float32Array(width * height).fill(paper)
  }

  /** Writes a line whose capitals are `size` pixels high, from (`x`, `y`) their top left corner. A character of the line takes 6/7 of `size`. */
  write(text: string, x: number, y: number, size: number, ink = 0): this {
    const unit = size / 7
    Array.from(text).forEach((letter, place) => {
      GLYPHS[letter]?.split('/').forEach((row, down) => {
        Array.from(row).forEach((dot, right) => {
          if (dot === '#') this.fill(x + (place * 6 + right) * unit, y + down * unit, unit, unit, ink)
        })
      })
    })
    return this
  }

  /** Words of `letters` from (`x`, `y`) on, `lines` of them, `columns` characters each; the same at every call. */
  paragraph(letters: string, x: number, y: number, size: number, lines: number, columns: number, ink = 0): this {
    const random = numbers(7)
    for (let line = 0; line < lines; line++) {
      const text = Array.from({ length: columns }, (_, place) => (place % 7 === 6 ? ' ' : letters[Math.floor(random() * letters.length)]))
      this.write(text.join(''), x, y + line * size * 1.8, size, ink)
    }
    return this
  }

  fill(x: number, y: number, width: number, height: number, ink: number): this {
    for (let row = Math.max(0, Math.floor(y)); row < Math.min(this.height, y + height); row++) {
      const down = Math.min(row + 1, y + height) - Math.max(row, y)
      for (let column = Math.max(0, Math.floor(x)); column < Math.min(this.width, x + width); column++) {
        const cover = down * (Math.min(column + 1, x + width) - Math.max(column, x))
        const at = row * this.width + column
        this.#levels[at] = (this.#levels[at] ?? 0) * (1 - cover) + ink * cover
      }
    }
    return this
  }

  /** Grain of the given standard deviation, the same at every call. */
  noise(deviation: number): this {
    const random = numbers(3)
    for (let at = 0; at < this.#levels.length; at++) {
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
      this.#levels[at] = (this.#levels[at] ?? 0) + normal * deviation
    }
    return this
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#levels, (level) => Math.min(255, Math.max(0, Math.round(level))))
  }

  copy(): GreyCopy {
    return { width: this.width, height: this.height, data: this.bytes(), scale: 1 }
  }

  /** Turned clockwise on a white desk. */
  async turned(degrees: number): Promise<GreyCopy> {
    const image = sharp(this.bytes(), { raw: { width: this.width, height: this.height, channels: 1 } }).rotate(degrees, { background: '#ffffff' })
    const { data, info } = await image.greyscale().raw().toBuffer({ resolveWithObject: true })
    return { width: info.width, height: info.height, data, scale: 1 }
  }
}

/** Even numbers in 0..1, always the same ones for a seed (Park and Miller's generator). */
export function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}

import type { GreyCopy } from './greyCopy.ts'

/** Paper and ink are told apart in squares of this many pixels, each judged with its eight neighbours. */
const BLOCK = 32
/** What differs less from the paper is texture, noise of a camera, or JPEG's. */
const LEAST_CONTRAST = 40
/** From this share of the way from paper to ink on, a pixel is ink. Below a half: thin strokes never get quite as dark as thick ones. */
const INK_SHARE = 0.4
/** The darkest or lightest few pixels say what ink is; so few that one word in the square is enough. */
const EXTREME = 0.003

interface Judgement {
  readonly paper: number
  /** From how far off the paper on a pixel is ink, dark (-) or light (+); 0 where there is none. */
  readonly offset: number
}

/** 1 where there is ink, dark on light or light on dark, whichever stands out more around that place. */
export function inkMask(copy: GreyCopy): Uint8Array {
  const { width, height, data } = copy
  const [columns, rows] = [Math.ceil(width / BLOCK), Math.ceil(height / BLOCK)]
  const counts = histograms(copy, columns, rows)
  const mask = new Uint8Array(width * height)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const { paper, offset } = judge(counts, columns, rows, column, row)
      if (offset === 0) continue
      const right = Math.min(width, (column + 1) * BLOCK)
      const bottom = Math.min(height, (row + 1) * BLOCK)
      const sign = Math.sign(offset)
      const least = offset * sign
      for (let y = row * BLOCK; y < bottom; y++) {
        for (let at = y * width + column * BLOCK, end = y * width + right; at < end; at++) if (((data[at] ?? 0) - paper) * sign >= least) mask[at] = 1
      }
    }
  }
  return mask
}

function histograms({ width, height, data }: GreyCopy, columns: number, rows: number): Uint32Array {
  const counts = new Uint32Array(columns * rows * 256)
  for (let y = 0; y < height; y++) {
    const base = Math.floor(y / BLOCK) * columns
    for (let x = 0; x < width; x++) {
      const at = (base + Math.floor(x / BLOCK)) * 256 + (data[y * width + x] ?? 0)
      counts[at] = (counts[at] ?? 0) + 1
    }
  }
  return counts
}

function judge(counts: Uint32Array, columns: number, rows: number, column: number, row: number): Judgement {
  const sum = new Uint32Array(256)
  let total = 0
  for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
    for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
      const base = (y * columns + x) * 256
      for (let level = 0; level < 256; level++) {
        const count = counts[base + level] ?? 0
        sum[level] = (sum[level] ?? 0) + count
        total += count
      }
    }
  }
  // Print covers far less than half of a square: the median is the paper's.
  const paper = levelAt(sum, total * 0.5)
  const dark = paper - levelAt(sum, total * EXTREME)
  const light = levelAt(sum, total * (1 - EXTREME)) - paper
  const contrast = Math.max(dark, light)
  if (contrast < LEAST_CONTRAST) return { paper, offset: 0 }
  return { paper, offset: (dark >= light ? -1 : 1) * contrast * INK_SHARE }
}

function levelAt(counts: Uint32Array, below: number): number {
  let seen = 0
  for (let level = 0; level < 256; level++) {
    seen += counts[level] ?? 0
    if (seen > below) return level
  }
  return 255
}

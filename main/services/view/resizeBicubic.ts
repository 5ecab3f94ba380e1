import { setImmediate as breathe } from 'node:timers/promises'
import type { PpmFile } from '../images/withPpm.ts'
import type { Size } from './tiles.ts'

/** Rows that are read at a time; others get their turn in between. */
const STRIP = 64
/** Bits behind the point of the weights. */
const PRECISION = 22
/** Pixels on each side that a pixel is made of, where nothing is shrunk. */
const SUPPORT = 2

/**
 * Pillow's `Image.resize(size, BICUBIC)` of 8-bit RGB, number for number (`src/libImaging/Resample.c`): first along the rows, then down
 * the columns, each rounded to 8 bits; a pass that would change nothing is left out. The engine's own resizing is the same in C++.
 */
export async function resizeBicubic(file: PpmFile, { width, height }: Size): Promise<Uint8Array> {
  const narrow = new Uint8Array(width * file.height * 3)
  const columns = file.width === width ? null : weightsOf(file.width, width)
  for (let top = 0; top < file.height; top += STRIP) {
    const count = Math.min(STRIP, file.height - top)
    const rows = await file.rows(top, count)
    if (columns === null) narrow.set(rows, top * width * 3)
    else for (let row = 0; row < count; row++) resample(rows, row * file.width * 3, 3, narrow, (top + row) * width * 3, 3, columns)
    await breathe()
  }
  if (file.height === height) return narrow
  const result = new Uint8Array(width * height * 3)
  const downwards = weightsOf(file.height, height)
  for (let column = 0; column < width; column++) {
    resample(narrow, column * 3, width * 3, result, column * 3, width * 3, downwards)
    if (column % STRIP === 0) await breathe()
  }
  return result
}

interface Weights {
  /** The first pixel that goes into the one of the result. */
  readonly first: number
  readonly weights: Int32Array
}

function bicubic(distance: number): number {
  const x = Math.abs(distance)
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0
}

function weightsOf(from: number, to: number): Weights[] {
  const scale = from / to
  const stretch = Math.max(scale, 1)
  return Array.from({ length: to }, (_, index) => {
    const centre = (index + 0.5) * scale
    const first = Math.max(0, Math.trunc(centre - SUPPORT * stretch + 0.5))
    const last = Math.min(from, Math.trunc(centre + SUPPORT * stretch + 0.5))
    const weights = Array.from({ length: last - first }, (__, at) => bicubic((at + first - centre + 0.5) / stretch))
    const sum = weights.reduce((total, weight) => total + weight, 0)
    return { first, weights: Int32Array.from(weights, (weight) => Math.trunc((weight / sum) * (1 << PRECISION) + (weight < 0 ? -0.5 : 0.5))) }
  })
}

/** One row or column of pixels: `step` bytes from one pixel to the next. */
function resample(from: Uint8Array, start: number, step: number, to: Uint8Array, target: number, targetStep: number, pixels: readonly Weights[]): void {
  let place = target
  for (const { first, weights } of pixels) {
    let [red, green, blue] = [1 << (PRECISION - 1), 1 << (PRECISION - 1), 1 << (PRECISION - 1)]
    let at = start + first * step
    for (const weight of weights) {
      red += (from[at] ?? 0) * weight
      green += (from[at + 1] ?? 0) * weight
      blue += (from[at + 2] ?? 0) * weight
      at += step
    }
    to[place] = byteOf(red)
    to[place + 1] = byteOf(green)
    to[place + 2] = byteOf(blue)
    place += targetStep
  }
}

function byteOf(sum: number): number {
  return Math.min(255, Math.max(0, sum >> PRECISION))
}

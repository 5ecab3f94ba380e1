import { around, quantile, shared } from './boxes.ts'
import type { Box } from './boxes.ts'
import type { Component } from './components.ts'

/** Letters that stand side by side. */
export interface TextLine extends Box {
  /** Of its capitals, digits and letters with ascenders. */
  readonly height: number
  readonly letters: readonly Box[]
}

/** Less high components are dots, dashes, and noise. */
const LEAST_HEIGHT = 4
/** Letters of a word that run into each other make one component up to this many times as wide as high. */
const WIDEST = 12
/** The gap to the next letter of a line, in heights: letter-spaced print with a space between has 2.3. */
const WIDEST_GAP = 2.6
/** Fewer letters make no line. */
const FEWEST = 3
/** Rows of the table in which neighbours are looked up are so high. */
const SHELF = 8

/** Whether a component may be a letter, or a few that touch. */
export function isLetterLike({ left, top, right, bottom, area }: Component, longest: number): boolean {
  const [width, height] = [right - left, bottom - top]
  return height >= LEAST_HEIGHT && height <= longest / 6 && width <= WIDEST * height && height <= 12 * width && area >= 0.12 * width * height
}

/** Lines of print among letter-like components; chains whose members differ as no letters of a line do are left out. */
export function textLines(letters: readonly Component[]): TextLine[] {
  const sorted = [...letters].sort((one, other) => one.left - other.left)
  const parents = sorted.map((_, index) => index)
  const root = (index: number): number => {
    let at = index
    while (parents[at] !== at) at = parents[at] = parents[parents[at] ?? at] ?? at
    return at
  }
  const shelves = shelve(sorted)
  sorted.forEach((letter, index) => {
    const next = nextRight(sorted, shelves, letter, index)
    if (next !== null) parents[root(next)] = root(index)
  })
  const chains = new Map<number, Box[]>()
  sorted.forEach((letter, index) => {
    const first = root(index)
    const chain = chains.get(first)
    if (chain === undefined) chains.set(first, [letter])
    else chain.push(letter)
  })
  return [...chains.values()].flatMap((chain) => lineOf(chain) ?? [])
}

function shelve(sorted: readonly Box[]): Map<number, number[]> {
  const shelves = new Map<number, number[]>()
  sorted.forEach(({ top, bottom }, index) => {
    for (let shelf = Math.floor(top / SHELF); shelf * SHELF < bottom; shelf++) {
      const kept = shelves.get(shelf)
      if (kept === undefined) shelves.set(shelf, [index])
      else kept.push(index)
    }
  })
  return shelves
}

function nextRight(sorted: readonly Box[], shelves: ReadonlyMap<number, readonly number[]>, letter: Box, index: number): number | null {
  const height = letter.bottom - letter.top
  const shelf = shelves.get(Math.floor((letter.top + letter.bottom) / 2 / SHELF)) ?? []
  for (let at = firstAfter(shelf, index); at < shelf.length; at++) {
    const place = shelf[at] ?? 0
    const other = sorted[place]
    if (other === undefined || other.left - letter.right > WIDEST_GAP * height) return null
    const otherHeight = other.bottom - other.top
    if (Math.max(height, otherHeight) > 2.5 * Math.min(height, otherHeight)) continue
    if (other.left < letter.right - 0.4 * height) continue
    if (shared(letter.top, letter.bottom, other.top, other.bottom) >= 0.4 * Math.min(height, otherHeight)) return place
  }
  return null
}

function firstAfter(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) <= value) low = middle + 1
    else high = middle
  }
  return low
}

function lineOf(chain: readonly Box[]): TextLine | null {
  if (chain.length < FEWEST) return null
  const heights = chain.map(({ top, bottom }) => bottom - top).sort((one, other) => one - other)
  // At least one letter of a word is mostly a capital, a digit, or has an ascender; those with descenders are about as high.
  const tall = quantile(heights, 0.9)
  const like = heights.filter((height) => height >= 0.85 * tall && height <= 1.12 * tall)
  const height = like.reduce((sum, one) => sum + one, 0) / like.length
  const alike = heights.filter((one) => one >= 0.5 * height && one <= 1.35 * height)
  if (alike.length < 0.7 * heights.length || !standOnALine(chain, height)) return null
  return { ...around(chain), height, letters: chain }
}

/** Whether a line is a row of stars or the like: many boxes, nearly all of one size. */
export function isOrnament({ letters, height }: TextLine): boolean {
  if (letters.length < 6) return false
  const isEven = (sizes: number[], slack: number) => {
    const middle = quantile([...sizes].sort((one, other) => one - other), 0.5)
    return sizes.filter((size) => Math.abs(size - middle) <= slack).length >= 0.9 * sizes.length
  }
  return isEven(letters.map(({ top, bottom }) => bottom - top), 1) && isEven(letters.map(({ left, right }) => right - left), Math.max(1, 0.1 * height))
}

/** Whether most letters stand on a straight line, which may be skewed. Descenders and commas reach below it. */
function standOnALine(chain: readonly Box[], height: number): boolean {
  const places = chain.map(({ left, right, bottom }) => ({ x: (left + right) / 2, y: bottom }))
  const mean = { x: average(places.map(({ x }) => x)), y: average(places.map(({ y }) => y)) }
  const spread = average(places.map(({ x }) => (x - mean.x) ** 2))
  const slope = spread === 0 ? 0 : average(places.map(({ x, y }) => (x - mean.x) * (y - mean.y))) / spread
  const offsets = places.map(({ x, y }) => y - mean.y - slope * (x - mean.x)).sort((one, other) => one - other)
  const base = quantile(offsets, 0.5)
  const near = offsets.filter((offset) => Math.abs(offset - base) <= 0.15 * height + 0.75)
  return near.length >= 0.6 * offsets.length
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

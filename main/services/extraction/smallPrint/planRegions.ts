import type { Region } from '../../../contract/domains/extraction.ts'
import { around } from './boxes.ts'
import type { Box } from './boxes.ts'
import { LEAST_OWN_HEIGHT, legibleHeight } from './legible.ts'
import type { PagePrint } from './measurePrint.ts'
import { cropsNeeded, placeCuts, sideNeeded } from './placeCuts.ts'
import type { Axis } from './placeCuts.ts'

/** What is to be known of a page to plan how it is read. Pixels. */
export interface PageFacts {
  readonly width: number
  readonly height: number
  /** Null: no print was found. */
  readonly print: PagePrint | null
}

/** How a page is read: as a whole where `regions` is empty, else in these parts, line by line of crops. */
export interface RegionPlan {
  readonly regions: readonly Region[]
  /** The finest print stays illegible, even so. */
  readonly tooSmall: boolean
}

/** More crops of one page take longer than anybody waits, and what the model misreads in each adds up. */
export const MOST_REGIONS = 12
/** A crop shares at least two lines of print with its neighbour, so that what one cuts is whole in the other. */
const OVERLAP_LINES = 2

/**
 * The parts in which a page is read by a model that sees a square of `modelSide` pixels: none where its print is legible in the
 * whole, else as few overlapping crops as make it legible. All crops of a page are squares of one size, but where the page
 * ends: a square is what the model sees, so none of it is wasted on padding.
 */
export function planRegions({ width, height, print }: PageFacts, modelSide: number): RegionPlan {
  if (print === null) return { regions: [], tooSmall: false }
  const legible = legibleHeight(modelSide)
  const tooFewPixels = print.small < LEAST_OWN_HEIGHT
  const whole = Math.max(width, height)
  const reach = Math.floor((modelSide * print.small) / legible)
  if (reach >= whole) return { regions: [], tooSmall: tooFewPixels }
  const page = { print, down: axisOf(print.letters, print, height, 'top', 'bottom'), across: axisOf(print.letters, print, width, 'left', 'right') }
  // From the size at which the print is legible, grown until the crops are few enough.
  for (let side = reach; side < whole; side = Math.ceil(side * 1.03) + 1) {
    const crops = cropsOf(page, side, modelSide)
    if (crops === null || crops.length > MOST_REGIONS) continue
    return { regions: crops.map((crop) => regionOf(crop, width, height)), tooSmall: tooFewPixels || side > reach }
  }
  return { regions: [], tooSmall: true }
}

interface PrintedPage {
  readonly print: PagePrint
  readonly down: Axis
  readonly across: Axis
}

/** Null: far too many. */
function cropsOf({ print, ...axes }: PrintedPage, largest: number, modelSide: number): Box[] | null {
  const [down, across] = [overlapping(axes.down, largest), overlapping(axes.across, largest)]
  const [height, width] = [down.length, across.length]
  const rows = cropsNeeded(down, largest)
  // Rows that are narrower than others may save some, but not so many.
  if (rows * cropsNeeded(across, largest) > 2 * MOST_REGIONS) return null
  const side = niceSide(Math.max(sideNeeded(down, rows), sideNeeded(across, cropsNeeded(across, largest))), largest, modelSide, print.lineHeight)
  return placeCuts(down, side).flatMap((top) => {
    const bottom = Math.min(height, top + side)
    const letters = print.letters.filter((letter) => letter.top >= top && letter.bottom <= bottom)
    if (letters.length === 0) return []
    const band = overlapping(axisOf(letters, print, width, 'left', 'right'), largest)
    return placeCuts(band, side)
      .map((left) => ({ left, top, right: Math.min(width, left + side), bottom }))
      .filter((crop) => letters.some((letter) => letter.left >= crop.left && letter.right <= crop.right))
  })
}

/**
 * The side of the crops, from `least` to `largest`: one that makes each pixel of the model a whole number of the page's, so
 * that nothing is blurred; else the least with half a line to spare for the choice of cuts.
 */
function niceSide(least: number, largest: number, modelSide: number, lineHeight: number): number {
  const multiple = Math.ceil(least / modelSide) * modelSide
  return multiple <= largest ? multiple : Math.min(largest, Math.ceil(least + lineHeight / 2))
}

function axisOf(letters: readonly Box[], { lineHeight }: PagePrint, length: number, start: 'left' | 'top', end: 'right' | 'bottom'): Axis {
  const bounds = around(letters)
  const [from, to] = [Math.floor(bounds[start] - lineHeight / 2), Math.ceil(bounds[end] + lineHeight / 2)]
  return {
    length,
    from: Math.max(0, from),
    to: Math.min(length, to),
    stretches: letters.map((letter) => ({ from: letter[start], to: letter[end] })),
    overlap: Math.ceil(OVERLAP_LINES * lineHeight),
    lineHeight,
  }
}

/** Crops that are only a few lines high share a third at most, or they would never get on. */
function overlapping(axis: Axis, side: number): Axis {
  return { ...axis, overlap: Math.min(axis.overlap, Math.floor(side / 3)) }
}

function regionOf({ left, top, right, bottom }: Box, width: number, height: number): Region {
  const [x, y] = [left / width, top / height]
  return { x, y, width: Math.min(1 - x, (right - left) / width), height: Math.min(1 - y, (bottom - top) / height) }
}

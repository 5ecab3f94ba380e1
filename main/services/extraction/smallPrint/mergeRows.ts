import type { Reading, Region, Scalar } from '../../../contract/domains/extraction.ts'
import { shared } from './boxes.ts'
import { isSame, joinReadings, looksLike } from './sameReadings.ts'

/** A row of a table by its columns; an item of a list is a row of one column. */
export type Row = Readonly<Record<string, Reading>>

/** Rows as one crop shows them, from top to bottom. */
export interface RowsOfRegion {
  readonly region: Region
  readonly rows: readonly Row[]
}

/** At the edge of a crop, a line that is cut may be read as a row of nonsense; so many are stepped over in search of common rows. */
const MOST_STRAY = 1

/**
 * Rows of several crops, in the order of the page (see `inPageOrder`): those that two overlapping crops both show count once.
 * No row is lost: what is not like another one stays.
 */
export function mergeRows(parts: readonly RowsOfRegion[]): Row[] {
  const bands: RowsOfRegion[][] = []
  for (const part of parts) {
    const band = bands.at(-1)
    if (band?.[0] !== undefined && isBeside(band[0].region, part.region)) band.push(part)
    else bands.push([part])
  }
  let rows: readonly Row[] = []
  let above: readonly RowsOfRegion[] = []
  for (const band of bands) {
    const across = acrossBand(band)
    rows = band.some(({ region }) => above.some((other) => overlaps(region, other.region))) ? joinBelow(rows, across) : [...rows, ...across]
    above = band
  }
  return [...rows]
}

/** Crops in reading order: bands from top to bottom, each from left to right. */
export function inPageOrder<T extends { readonly region: Region }>(parts: readonly T[]): T[] {
  const sorted = [...parts].sort((one, other) => one.region.y - other.region.y || one.region.x - other.region.x || other.region.height - one.region.height || other.region.width - one.region.width)
  const bands: T[][] = []
  for (const part of sorted) {
    const band = bands.at(-1)
    if (band?.[0] !== undefined && isBeside(band[0].region, part.region)) band.push(part)
    else bands.push([part])
  }
  return bands.flatMap((band) => band.sort((one, other) => one.region.x - other.region.x || one.region.y - other.region.y))
}

/** Whether two crops show the same lines, or most of them. */
function isBeside(one: Region, other: Region): boolean {
  return shared(one.y, one.y + one.height, other.y, other.y + other.height) >= 0.6 * Math.min(one.height, other.height)
}

function overlaps(one: Region, other: Region): boolean {
  return shared(one.y, one.y + one.height, other.y, other.y + other.height) > 0 && shared(one.x, one.x + one.width, other.x, other.x + other.width) > 0
}

/** Of crops side by side: rows whose columns they share out between them are put together; of other rows each counts once. */
function acrossBand(band: readonly RowsOfRegion[]): readonly Row[] {
  let rows: readonly Row[] = []
  for (const { rows: next } of band) {
    const pairs = rows.length === next.length ? rows.map((row, index) => [row, next[index] ?? row] as const) : []
    if (pairs.length > 0 && pairs.every(([one, other]) => fits(one, other))) rows = pairs.map(([one, other]) => joinRow(one, other))
    else rows = withOthers(rows, next)
  }
  return rows
}

function withOthers(rows: readonly Row[], next: readonly Row[]): Row[] {
  const result = [...rows]
  let from = 0
  for (const row of next) {
    const at = result.findIndex((other, index) => index >= from && index < rows.length && isEqual(other, row))
    const found = result[at]
    if (found === undefined) result.push(row)
    else {
      result[at] = joinRow(found, row)
      from = at + 1
    }
  }
  return result
}

/** The rows of a crop behind those above it: the longest run of rows at its top that also ends what is above counts once. */
function joinBelow(above: readonly Row[], below: readonly Row[]): Row[] {
  for (let common = Math.min(above.length, below.length); common > 0; common--) {
    for (let stray = 0; stray <= 2 * MOST_STRAY; stray++) {
      for (let strayAbove = Math.max(0, stray - MOST_STRAY); strayAbove <= Math.min(stray, MOST_STRAY); strayAbove++) {
        const joined = joinAt(above, below, above.length - strayAbove - common, stray - strayAbove, common)
        if (joined !== null) return joined
      }
    }
  }
  return [...above, ...below]
}

function joinAt(above: readonly Row[], below: readonly Row[], from: number, skipped: number, common: number): Row[] | null {
  if (from < 0 || skipped + common > below.length) return null
  const pairs = above.slice(from, from + common).map((row, index) => [row, below[skipped + index] ?? row] as const)
  if (!pairs.every(([one, other]) => isAlike(one, other)) || !pairs.some(([one, other]) => isEqual(one, other))) return null
  const joined = pairs.map(([one, other]) => joinRow(one, other))
  return [...above.slice(0, from), ...below.slice(0, skipped), ...joined, ...above.slice(from + common), ...below.slice(skipped + common)]
}

/** Whether two rows may be one that was read twice: something in them is the same, and what is not looks like a slip. */
function isAlike(one: Row, other: Row): boolean {
  const { same, different } = compared(one, other)
  return same > 0 && same >= different.length && different.every(([left, right]) => looksLike(left, right))
}

/** Whether two rows are one as far as can be told: what both hold is the same, and they hold something in common. */
function isEqual(one: Row, other: Row): boolean {
  const { same, different } = compared(one, other)
  return same > 0 && different.length === 0
}

/** Whether two rows may be parts of one: they do not contradict each other. */
function fits(one: Row, other: Row): boolean {
  return compared(one, other).different.length === 0
}

function compared(one: Row, other: Row): { same: number; different: [Scalar, Scalar][] } {
  const pairs = Object.keys(one).map((column): [Scalar, Scalar] => [one[column]?.value ?? null, other[column]?.value ?? null])
  const both = pairs.filter(([left, right]) => left !== null && right !== null)
  const different = both.filter(([left, right]) => !isSame(left, right))
  return { same: both.length - different.length, different }
}

function joinRow(one: Row, other: Row): Row {
  const row: Record<string, Reading> = { ...other }
  for (const [column, reading] of Object.entries(one)) {
    const second = other[column]
    row[column] = second === undefined ? reading : joinReadings(reading, second)
  }
  return row
}

/** Pixels of the longer side; print of 6 points is then about 18 pixels high on a letter or A4 page. */
const LONG_SIDE = 2500

/** A long receipt is not made smaller than print needs; a small card is not blown up beyond what scanners give. */
const LEAST_DPI = 200
const MOST_DPI = 600

/** The most pixels of a drawing: A1 at 200 dots per inch. 144 MB while it is drawn. */
const MOST_PIXELS = 36_000_000

/** Longest side that the engine takes (`services/images/limits.ts`). */
const MOST_SIDE = 32_768

/** Points in an inch. */
const INCH = 72

/** Pixels at which a page is drawn. `width` and `height` in points (1/72 inch), upright. */
export function pageSize(width: number, height: number): { width: number; height: number } {
  const [across, down] = [points(width), points(height)]
  const long = Math.max(across, down), short = Math.min(across, down)
  const wanted = Math.min(MOST_DPI / INCH, Math.max(LEAST_DPI / INCH, LONG_SIDE / long))
  const scale = Math.min(wanted, Math.sqrt(MOST_PIXELS / (long * short)), MOST_SIDE / long)
  return { width: pixels(across * scale), height: pixels(down * scale) }
}

function pixels(length: number): number {
  return Math.max(1, Math.min(MOST_SIDE, Math.round(length)))
}

/** A length of a file in bounds that can be reckoned with: a page is less than 14,400 points long, and more than nothing. */
function points(length: number): number {
  return Number.isFinite(length) ? Math.min(1e6, Math.max(0.01, length)) : 1
}

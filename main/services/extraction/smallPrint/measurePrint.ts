import { setImmediate as breathe } from 'node:timers/promises'
import { quantile, shared } from './boxes.ts'
import type { Box } from './boxes.ts'
import { components } from './components.ts'
import type { GreyCopy } from './greyCopy.ts'
import { inkMask } from './inkMask.ts'
import { withoutGrain } from './withoutGrain.ts'
import { isLetterLike, isOrnament, textLines } from './textLines.ts'
import type { TextLine } from './textLines.ts'

/** The print on a page. Lengths are in pixels of the page itself; heights are those of capitals and digits. */
export interface PagePrint {
  /** A tenth of all letters is no higher: the fine print that is still worth reading. */
  readonly small: number
  /** Half of all letters is no higher. */
  readonly usual: number
  /** Nine tenths are no higher. */
  readonly large: number
  /** From one line to the next, most often. */
  readonly lineHeight: number
  /** One for each line that was found: its height, and how many letters. */
  readonly lines: readonly { readonly height: number; readonly letters: number }[]
  /** Where there is print, letter by letter. */
  readonly letters: readonly Box[]
}

/** Fewer letters than on the sparest card: then the few lines found are chance. */
const FEWEST_LETTERS = 10
/** In a photo's texture, few of the letter-like patches happen to stand in lines. */
const LEAST_SHARE = 0.3
/** Lines are this many heights apart where a page has one line only: capitals are 0.7 of the type size, lines 1.2. */
const USUAL_SPACING = 1.7

/**
 * How high the print is on a page; null where there is none, e.g. on a photo. Takes some 100 ms for a large page, in steps
 * between which others get their turn.
 */
export async function measurePrint(copy: GreyCopy): Promise<PagePrint | null> {
  const mask = inkMask(withoutGrain(copy))
  await breathe()
  const longest = Math.max(copy.width, copy.height)
  const candidates = components(mask, copy.width, copy.height).filter((component) => isLetterLike(component, longest))
  await breathe()
  const lines = withoutOrnaments(textLines(candidates))
  const heights = byLetter(lines, copy.scale)
  if (heights.length < FEWEST_LETTERS || heights.length < LEAST_SHARE * candidates.length) return null
  const [small, usual, large] = [quantile(heights, 0.1), quantile(heights, 0.5), quantile(heights, 0.9)]
  const isLikePrint = ({ top, bottom }: Box) => (bottom - top) * copy.scale >= 0.6 * small && (bottom - top) * copy.scale <= 1.6 * large
  return {
    small,
    usual,
    large,
    lineHeight: spacing(lines, usual / copy.scale) * copy.scale,
    lines: lines.map(({ height, letters }) => ({ height: height * copy.scale, letters: letters.length })),
    letters: candidates.filter(isLikePrint).map((box) => scaled(box, copy.scale)),
  }
}

/** Rows of stars are lower than letters, and nobody has to read them. */
function withoutOrnaments(lines: readonly TextLine[]): TextLine[] {
  const heights = byLetter(lines, 1)
  const usual = heights.length === 0 ? 0 : quantile(heights, 0.5)
  return lines.filter((line) => line.height > 0.8 * usual || !isOrnament(line))
}

/** The height of each letter's line, sorted. */
function byLetter(lines: readonly TextLine[], scale: number): number[] {
  return lines.flatMap(({ height, letters }) => letters.map(() => height * scale)).sort((one, other) => one - other)
}

/** Median distance of a line to the nearest one below it in the same column. */
function spacing(lines: readonly TextLine[], usual: number): number {
  const tops = [...lines].sort((one, other) => one.top - other.top)
  const gaps = tops.flatMap((line, index) => {
    for (let at = index + 1; at < tops.length; at++) {
      const other = tops[at]
      if (other === undefined || other.top - line.top > 4 * usual) return []
      if (other.top - line.top >= 1.1 * usual && shared(line.left, line.right, other.left, other.right) > 0) return [other.top - line.top]
    }
    return []
  })
  return gaps.length === 0 ? USUAL_SPACING * usual : quantile(gaps.sort((one, other) => one - other), 0.5)
}

function scaled({ left, top, right, bottom }: Box, scale: number): Box {
  return { left: left * scale, top: top * scale, right: right * scale, bottom: bottom * scale }
}

import type { RgbPixels } from '../../../images/PixelFiles.ts'
import type { Pdfium } from '../Pdfium.ts'
import { devicePoint } from '../places.ts'
import type { Place } from '../places.ts'

/** Of a place's sides, at each end: lines of a table and neighbours may reach so far into it. */
const EDGE = 0.2
/** Values of paper, which is not quite even in pictures of it, differ no more than this. */
const EVEN = 24

/** Whether a drawn page has nothing at a place but one colour; false where the place is not on the page. */
export function isBlank(pdfium: Pdfium, page: number, picture: RgbPixels, [left, top, right, bottom]: Place): boolean {
  const { width, height, data } = picture
  const one = devicePoint(pdfium, page, picture, left, top), other = devicePoint(pdfium, page, picture, right, bottom)
  const [fromX, toX] = within(one.x, other.x, width), [fromY, toY] = within(one.y, other.y, height)
  if (fromX >= toX || fromY >= toY) return false
  const first = (fromY * width + fromX) * 3
  for (let y = fromY; y < toY; y += 1) {
    for (let at = (y * width + fromX) * 3, end = (y * width + toX) * 3; at < end; at += 1) {
      if (Math.abs((data[at] ?? 0) - (data[first + (at % 3)] ?? 0)) > EVEN) return false
    }
  }
  return true
}

/** The stretch between two ends without its edges, on the page. */
function within(one: number, other: number, length: number): [number, number] {
  const from = Math.min(one, other), to = Math.max(one, other)
  const edge = (to - from) * EDGE
  return [Math.max(0, Math.floor(from + edge)), Math.min(length, Math.ceil(to - edge))]
}

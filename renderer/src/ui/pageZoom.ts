import type { Region } from '../../../main/contract/domains/extraction.ts'

/** Width and height; of a page in its pixels, of a view in CSS pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** How a page lies in its view: CSS pixels per pixel of the page, and where its upper left corner is. */
export interface View {
  readonly scale: number
  readonly x: number
  readonly y: number
}

/** A place in a view, in CSS pixels. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** CSS pixels that stay free around a page that is fitted in. */
const margin = 16
const mostScale = 8
/** The least side of a box, as a share of the page: less is a click, not a box. */
const leastBox = 0.01

/** The whole page in the middle of the view. Small pages are enlarged, but not until they are only pixels. */
export function fitView(page: Size, view: Size): View {
  const scale = Math.max(0.02, Math.min((view.width - 2 * margin) / page.width, (view.height - 2 * margin) / page.height, 3))
  return placed({ scale, x: 0, y: 0 }, page, view)
}

/** Changes the scale so that what lies at `at` stays there. */
export function zoomTo(now: View, scale: number, at: Point, page: Size, view: Size): View {
  const least = Math.min(fitView(page, view).scale, 1) / 2
  const next = Math.min(mostScale, Math.max(least, scale)), ratio = next / now.scale
  return placed({ scale: next, x: at.x - (at.x - now.x) * ratio, y: at.y - (at.y - now.y) * ratio }, page, view)
}

export function panBy(now: View, dx: number, dy: number, page: Size, view: Size): View {
  return placed({ ...now, x: now.x + dx, y: now.y + dy }, page, view)
}

/** The page with a place of it (in shares of its sides) in the middle of the view. */
export function centredOn(scale: number, centre: Point, page: Size, view: Size): View {
  return placed({ scale, x: view.width / 2 - centre.x * page.width * scale, y: view.height / 2 - centre.y * page.height * scale }, page, view)
}

/** What lies in the middle of the view, in shares of the page's sides. */
export function centreOf(now: View, page: Size, view: Size): Point {
  return { x: (view.width / 2 - now.x) / (page.width * now.scale), y: (view.height / 2 - now.y) / (page.height * now.scale) }
}

/** Where a part of the page lies in the view. */
export function boxOf(now: View, page: Size, region: Region): Point & Size {
  const width = page.width * now.scale, height = page.height * now.scale
  return { x: now.x + region.x * width, y: now.y + region.y * height, width: region.width * width, height: region.height * height }
}

/** The part of the page between two corners in the view, cut to the page. Null where that is too little to be meant. */
export function regionBetween(now: View, page: Size, a: Point, b: Point): Region | null {
  const share = (at: Point) => ({ x: clamp((at.x - now.x) / (page.width * now.scale), 0, 1), y: clamp((at.y - now.y) / (page.height * now.scale), 0, 1) })
  const one = share(a), other = share(b)
  const region = { x: Math.min(one.x, other.x), y: Math.min(one.y, other.y), width: Math.abs(one.x - other.x), height: Math.abs(one.y - other.y) }
  return region.width < leastBox || region.height < leastBox ? null : region
}

/** Moves a box, or changes its size, by shares of the page's sides; it stays on the page. */
export function nudged(region: Region, dx: number, dy: number, resize: boolean): Region {
  if (!resize) return { ...region, x: clamp(region.x + dx, 0, 1 - region.width), y: clamp(region.y + dy, 0, 1 - region.height) }
  return { ...region, width: clamp(region.width + dx, leastBox * 2, 1 - region.x), height: clamp(region.height + dy, leastBox * 2, 1 - region.y) }
}

/** Whether a part of the page is in view as a whole. */
export function isInView(now: View, page: Size, region: Region, view: Size): boolean {
  const box = boxOf(now, page, region)
  return box.x >= 0 && box.y >= 0 && box.x + box.width <= view.width && box.y + box.height <= view.height
}

/** Keeps the page in its view: in the middle where it is smaller, else without a gap at its edges but for the margin. */
function placed({ scale, x, y }: View, page: Size, view: Size): View {
  const along = (at: number, length: number, room: number) => (length <= room - 2 * margin ? (room - length) / 2 : clamp(at, room - length - margin, margin))
  return { scale, x: along(x, page.width * scale, view.width), y: along(y, page.height * scale, view.height) }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), Math.max(least, most))
}

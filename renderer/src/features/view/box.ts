import type { Region } from '../../../../main/contract/domains/extraction.ts'
import { boxOf, type Point, type Size, type View } from '../../ui/pageZoom.ts'

/** Edges and corners by which a box is held. */
export const handles = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const
export type Handle = (typeof handles)[number]

/** The least side of a box, as a share of the picture. */
const least = 0.01

/** The box with an edge or corner moved by shares of the picture's sides. An edge stops at the picture's, and short of the opposite one. */
export function pulled({ x, y, width, height }: Region, handle: Handle, dx: number, dy: number): Region {
  const [left, right] = stretch(x, x + width, handle.includes('w'), handle.includes('e'), dx)
  const [top, bottom] = stretch(y, y + height, handle.includes('n'), handle.includes('s'), dy)
  return { x: left, y: top, width: right - left, height: bottom - top }
}

function stretch(from: number, to: number, pullsFrom: boolean, pullsTo: boolean, by: number): [number, number] {
  if (pullsFrom) return [Math.min(Math.max(0, from + by), to - least), to]
  return pullsTo ? [from, Math.max(Math.min(1, to + by), from + least)] : [from, to]
}

/** An edge can be held between its corners only where it is so long, in CSS pixels; or nothing were left by which to move the box. */
const longEdge = 88

/** Whether a box of this size on the screen has this handle: corners always. */
export function isHeld(handle: Handle, { width, height }: Size): boolean {
  if (handle.length === 2) return true
  return handle === 'n' || handle === 's' ? width >= longEdge && height >= longEdge / 2 : height >= longEdge && width >= longEdge / 2
}

/** Whether a place in the view is within the box. */
export function holds(view: View, page: Size, region: Region, at: Point): boolean {
  const box = boxOf(view, page, region)
  return at.x >= box.x && at.y >= box.y && at.x <= box.x + box.width && at.y <= box.y + box.height
}

/** Where drawing begins: in the middle of what is in view, half as wide and high. */
export function firstBox(view: View, page: Size, room: Size): Region {
  const along = (at: number, length: number, space: number) => {
    const from = Math.max(0, -at / length), to = Math.min(1, (space - at) / length)
    const side = Math.max(2 * least, (to - from) / 2)
    return [Math.min(Math.max(0, (from + to - side) / 2), 1 - side), side] as const
  }
  const [x, width] = along(view.x, page.width * view.scale, room.width), [y, height] = along(view.y, page.height * view.scale, room.height)
  return { x, y, width, height }
}

/** A place in pixels as shares of its picture. */
export function shareOf(place: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }, { width, height }: Size): Region {
  return { x: place.x / width, y: place.y / height, width: place.width / width, height: place.height / height }
}

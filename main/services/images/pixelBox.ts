import type { Region } from '../../contract/domains/extraction.ts'

/** A rectangle in pixels: from (`left`, `top`) up to but without (`right`, `bottom`). */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** The pixels of a part of a picture, at least one of them; edges fall on the nearest pixel. */
export function boxOf({ x, y, width, height }: Region, picture: { readonly width: number; readonly height: number }): Box {
  const [left, right] = stretch(x, width, picture.width)
  const [top, bottom] = stretch(y, height, picture.height)
  return { left, top, right, bottom }
}

function stretch(from: number, share: number, length: number): [number, number] {
  const start = Math.min(length - 1, Math.round(from * length))
  return [start, Math.min(length, Math.max(start + 1, Math.round((from + share) * length)))]
}

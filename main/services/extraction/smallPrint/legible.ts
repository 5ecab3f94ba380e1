/**
 * How high capitals must be, in pixels of the square that the model sees, to be read reliably. Keyed by the side of that square.
 */
export const LEGIBLE_HEIGHTS: ReadonlyMap<number, number> = new Map([[336, 8]])

/** For other squares: CLIP's cells have 14 pixels in all of them, so what fits into a cell stays legible. */
const LEGIBLE_ELSEWHERE = 8

/** Print with fewer pixels in the page itself stays illegible, however much it is enlarged. */
export const LEAST_OWN_HEIGHT = 5

/** Pixels; see `LEGIBLE_HEIGHTS`. */
export function legibleHeight(modelSide: number): number {
  return LEGIBLE_HEIGHTS.get(modelSide) ?? LEGIBLE_ELSEWHERE
}

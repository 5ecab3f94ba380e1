/**
 * How high capitals must be, in pixels of the square that the model sees, to be read reliably. Keyed by the side of that square.
 *
 * Measured with the demo model, ten pages of five fields at each size, one letter to a cell of 14 pixels: of capitals of 8.0
 * pixels (type of 11) it reads 96 % of the fields right, of 8.7 and more 98 %, of 7.3 pixels 70 %, of 6.6 and less none.
 * For LLaVA-1.5 itself we know of no published figure. Its encoder (CLIP ViT-L/14-336) has the same cells of 14 pixels, so the
 * same height is taken for it: an assumption, to be measured where a real model is at hand.
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

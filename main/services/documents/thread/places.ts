import type { Pdfium } from './Pdfium.ts'

/** Characters of a page that are looked at: a page of a dense newspaper has some 30,000. */
export const MOST_CHARACTERS = 200_000

/** A place on a page as it is stored, in points. */
export type Place = readonly [left: number, top: number, right: number, bottom: number]

/** The `FS_RECTF` (`fpdfview.h`) that `fill` writes to the address it gets; null where it returns false. */
export function placeFrom(pdfium: Pdfium, fill: (address: number) => boolean | number): Place | null {
  return pdfium.borrow(16, (address) => {
    if (!fill(address)) return null
    const [left = 0, top = 0, right = 0, bottom = 0] = new Float32Array(pdfium.view(address, 16).slice().buffer)
    return [left, top, right, bottom]
  })
}

/** Where a point of a page (in points) lies on the upright page drawn with so many pixels, whole ones from the top left. */
export function devicePoint(pdfium: Pdfium, page: number, { width, height }: { readonly width: number; readonly height: number }, x: number, y: number): { x: number; y: number } {
  return pdfium.borrow(8, (address) => {
    pdfium.api.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, address, address + 4)
    const [deviceX = 0, deviceY = 0] = new Int32Array(pdfium.view(address, 8).slice().buffer)
    return { x: deviceX, y: deviceY }
  })
}

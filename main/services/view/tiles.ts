/** Width and height in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** How LLaVA-1.6 lays a picture out in tiles, as `main/engine/native/src/tiles.cpp` does. */
export interface TileLayout {
  /** The best of the model's resolutions, filled by `columns` x `rows` tiles. */
  readonly canvas: Size
  /** The picture in the middle of it. */
  readonly fitted: Size
  readonly columns: number
  readonly rows: number
}

/** `resolutions`: of the projector's header, multiples of `tile` (the side of a tile), at least one. */
export function layTiles(picture: Size, resolutions: readonly [Size, ...Size[]], tile: number): TileLayout {
  const canvas = chooseResolution(picture, resolutions)
  return { canvas, fitted: fit(picture, canvas), columns: canvas.width / tile, rows: canvas.height / tile }
}

/** `select_best_resolution`: the most of the picture's pixels, then the least of the canvas left over; the first of equals. */
function chooseResolution(picture: Size, resolutions: readonly [Size, ...Size[]]): Size {
  let [best] = resolutions
  let [mostUsed, leastWasted] = [0, Infinity]
  for (const size of resolutions) {
    const scale = Math.min(size.width / picture.width, size.height / picture.height)
    const used = Math.min(Math.trunc(picture.width * scale) * Math.trunc(picture.height * scale), picture.width * picture.height)
    const wasted = size.width * size.height - used
    if (used < mostUsed || (used === mostUsed && wasted >= leastWasted)) continue
    ;[best, mostUsed, leastWasted] = [size, used, wasted]
  }
  return best
}

/** `resize_and_pad_image`: as large as fits, the other side rounded up. */
function fit(picture: Size, canvas: Size): Size {
  const [byWidth, byHeight] = [canvas.width / picture.width, canvas.height / picture.height]
  if (byWidth < byHeight) return { width: canvas.width, height: Math.min(Math.ceil(picture.height * byWidth), canvas.height) }
  return { width: Math.min(Math.ceil(picture.width * byHeight), canvas.width), height: canvas.height }
}

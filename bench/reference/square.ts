import { resizeBicubic } from './pillow.ts'
import type { Rgb } from './pillow.ts'

/** CLIP's mean colour as `expand2square` gets it: `int(mean * 255)`. */
const background = [122, 116, 104] as const

/** LLaVA's `expand2square` (`llava/mm_utils.py`): centred on a square of the longer side, at full resolution. */
export function expandToSquare(image: Rgb): Rgb {
  const side = Math.max(image.width, image.height)
  if (image.width === image.height) return image
  const left = Math.floor((side - image.width) / 2)
  const top = Math.floor((side - image.height) / 2)
  const data = new Uint8Array(side * side * 3)
  for (let i = 0; i < data.length; i++) data[i] = background[i % 3] ?? 0
  for (let y = 0; y < image.height; y++) {
    data.set(image.data.subarray(y * image.width * 3, (y + 1) * image.width * 3), ((y + top) * side + left) * 3)
  }
  return { width: side, height: side, data }
}

/** The picture that LLaVA-1.5 sees: padded, then resized with Pillow's bicubic (`CLIPImageProcessor`, whose crop then does nothing). */
export function llavaSquare(image: Rgb, size: number): Rgb {
  return resizeBicubic(expandToSquare(image), size, size)
}

/**
 * The picture that LLaVA-1.0 sees: `CLIPImageProcessor` alone, the shorter side resized (`get_resize_output_image_size` rounds the
 * longer one down) and the middle cut out (`center_crop`).
 */
export function clipSquare(image: Rgb, size: number): Rgb {
  const { width, height } = image
  const [short, long] = width <= height ? [width, height] : [height, width]
  const longer = Math.trunc((size * long) / short)
  const resized = width <= height ? resizeBicubic(image, size, longer) : resizeBicubic(image, longer, size)
  const [left, top] = [Math.floor((resized.width - size) / 2), Math.floor((resized.height - size) / 2)]
  const data = new Uint8Array(size * size * 3)
  for (let y = 0; y < size; y++) {
    const from = ((top + y) * resized.width + left) * 3
    data.set(resized.data.subarray(from, from + size * 3), y * size * 3)
  }
  return { width: size, height: size, data }
}

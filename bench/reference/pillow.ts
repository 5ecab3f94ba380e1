/**
 * Pillow's `Image.resize(size, BICUBIC)` for 8-bit RGB, number for number: antialiased when shrinking, two passes with 8-bit
 * rounding after each, coefficients in fixed point. From Pillow's `src/libImaging/Resample.c` (`precompute_coeffs`,
 * `normalize_coeffs_8bpc`, `ImagingResampleHorizontal_8bpc`, `bicubic_filter`).
 */
export function resizeBicubic(image: Rgb, width: number, height: number): Rgb {
  // Pillow leaves a pass out where it would change nothing.
  const wide = image.width === width ? image : resizeRows(image, width)
  return wide.height === height ? wide : transpose(resizeRows(transpose(wide), height))
}

/** 8-bit RGB, row-major, 3 bytes a pixel. */
export interface Rgb {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

const precisionBits = 32 - 8 - 2
const bicubicSupport = 2

function bicubic(distance: number): number {
  const a = -0.5
  const x = Math.abs(distance)
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a
  return 0
}

interface Taps {
  readonly first: number
  readonly weights: Int32Array
}

function taps(from: number, to: number): Taps[] {
  const scale = from / to
  const filterScale = Math.max(scale, 1)
  const support = bicubicSupport * filterScale
  return Array.from({ length: to }, (_, i) => {
    const center = (i + 0.5) * scale
    const first = Math.max(0, Math.trunc(center - support + 0.5))
    const last = Math.min(from, Math.trunc(center + support + 0.5))
    const weights = Array.from({ length: last - first }, (_, j) => bicubic((j + first - center + 0.5) / filterScale))
    const sum = weights.reduce((total, weight) => total + weight, 0)
    const fixed = weights.map((weight) => Math.trunc((weight / sum) * (1 << precisionBits) + (weight < 0 ? -0.5 : 0.5)))
    return { first, weights: Int32Array.from(fixed) }
  })
}

function resizeRows(image: Rgb, width: number): Rgb {
  const columns = taps(image.width, width)
  const data = new Uint8Array(width * image.height * 3)
  for (let y = 0; y < image.height; y++) {
    columns.forEach(({ first, weights }, x) => {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 1 << (precisionBits - 1)
        for (let j = 0; j < weights.length; j++) sum += (image.data[(y * image.width + first + j) * 3 + channel] ?? 0) * (weights[j] ?? 0)
        data[(y * width + x) * 3 + channel] = Math.min(255, Math.max(0, sum >> precisionBits))
      }
    })
  }
  return { width, height: image.height, data }
}

function transpose(image: Rgb): Rgb {
  const data = new Uint8Array(image.data.length)
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      const from = (y * image.width + x) * 3
      data.set(image.data.subarray(from, from + 3), (x * image.height + y) * 3)
    }
  }
  return { width: image.height, height: image.width, data }
}

/** Rows of RGB, or of RGBA where there is an alpha; `stride` bytes from row to row. */
export interface Plane {
  readonly width: number
  readonly height: number
  readonly stride: number
  readonly data: Uint8Array
}

/** The picture as RGB without gaps, on white. `premultiplied`: its colours are already as faint as they are to be. */
export function onWhite({ width, height, stride, data }: Plane, alpha: 'none' | 'straight' | 'premultiplied'): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y += 1) {
    if (alpha === 'none') rgb.set(data.subarray(y * stride, y * stride + width * 3), y * width * 3)
    else rowOnWhite(data.subarray(y * stride, y * stride + width * 4), rgb.subarray(y * width * 3), alpha === 'straight')
  }
  return rgb
}

function rowOnWhite(row: Uint8Array, to: Uint8Array, straight: boolean): void {
  for (let from = 0, at = 0; from < row.length; from += 4, at += 3) {
    const opaque = row[from + 3] ?? 255
    for (let channel = 0; channel < 3; channel += 1) {
      const value = row[from + channel] ?? 0
      to[at + channel] = Math.min(255, Math.round(straight ? (value * opaque) / 255 : value) + 255 - opaque)
    }
  }
}

import { Random } from '../synthetic/random.ts'
import type { Rgb } from './pillow.ts'

/** A picture with large shapes, gradients and fine noise: what resizing and padding change differently. Same seed, same pixels. */
export function randomPicture(width: number, height: number, seed: number): Rgb {
  const random = new Random(seed)
  const data = new Uint8Array(width * height * 3)
  const waves = Array.from({ length: 9 }, () => ({ x: random.normal() * 0.06, y: random.normal() * 0.06, phase: random.unit() * 6 }))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        let value = 128 + 25 * random.normal()
        for (const wave of waves.slice(c * 3, c * 3 + 3)) value += 40 * Math.sign(Math.sin(wave.x * x + wave.y * y + wave.phase))
        data[(y * width + x) * 3 + c] = Math.min(255, Math.max(0, Math.round(value)))
      }
    }
  }
  return { width, height, data }
}

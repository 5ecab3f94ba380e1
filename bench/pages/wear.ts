import sharp from 'sharp'
import type { Dice } from './Dice.ts'

/** An RGB picture whose values may lie outside 0..255. */
export interface FloatPicture {
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

/** What befell a page on its way into a file. */
export interface Wear {
  /** Standard deviations of grey noise (of 255 levels) and of a Gaussian blur (pixels). */
  readonly noise: number
  readonly blur: number
  /** It was this wide for a while; null: never resized. */
  readonly resizedTo: number | null
  /** Of JPEG; null: never. */
  readonly quality: number | null
}

/** What the demo model was trained with (`finish` of `resources/demo-model/train.py`). */
export function usualWear(dice: Dice): Wear {
  const noise = dice.chance(0.5) ? dice.uniform(1, 9) : 0
  const softened = dice.random.unit()
  return {
    noise,
    blur: softened < 0.2 ? dice.uniform(0.2, 0.6) : 0,
    resizedTo: softened >= 0.2 && softened < 0.35 ? dice.of([252, 420, 504, 672, 1008]) : null,
    quality: dice.chance(0.35) ? dice.between(60, 95) : null,
  }
}

/** From a clean page to one that nobody can read. */
export function heavyWear(dice: Dice): Wear {
  return { noise: dice.uniform(0, 45), blur: dice.uniform(0, 1.3), resizedTo: null, quality: dice.chance(0.35) ? dice.between(40, 95) : null }
}

/** Wears a picture; the result has 8 bits for each of red, green and blue. */
export async function wearOut({ width, height, data }: FloatPicture, { noise, blur, resizedTo, quality }: Wear, dice: Dice): Promise<Buffer> {
  const noisy = new Float32Array(data)
  if (noise > 0) {
    for (let pixel = 0; pixel < width * height; pixel++) {
      const grain = noise * dice.random.normal()
      for (let channel = 0; channel < 3; channel++) noisy[3 * pixel + channel]! += grain
    }
  }
  const clipped = noisy.map((value) => Math.trunc(Math.min(255, Math.max(0, value))))
  const blurred = blur > 0 ? blurAlong(blurAlong(clipped, width, height, 1, blur), width, height, width, blur) : clipped
  let pixels: Buffer = Buffer.from(Uint8Array.from(blurred, Math.round))
  if (resizedTo !== null) {
    const sized = await rgb(pixels, width, height).resize(resizedTo, Math.floor((resizedTo * height) / width), { kernel: 'cubic', fit: 'fill' }).raw().toBuffer({ resolveWithObject: true })
    pixels = await rgb(sized.data, sized.info.width, sized.info.height).resize(width, height, { kernel: 'cubic', fit: 'fill' }).raw().toBuffer()
  }
  return quality === null ? pixels : await sharp(await rgb(pixels, width, height).jpeg({ quality }).toBuffer()).raw().toBuffer()
}

const rgb = (data: Buffer, width: number, height: number) => sharp(data, { raw: { width, height, channels: 3 } })

/** One pass of a Gaussian blur. `step`: pixels from one to its neighbour; 1 goes along rows, `width` along columns. */
function blurAlong(data: Float32Array, width: number, height: number, step: number, deviation: number): Float32Array {
  const reach = Math.ceil(3 * deviation)
  const weights = Array.from({ length: 2 * reach + 1 }, (_, index) => Math.exp(-((index - reach) ** 2) / (2 * deviation ** 2)))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const length = step === 1 ? width : height
  const blurred = new Float32Array(data.length)
  for (let pixel = 0; pixel < width * height; pixel++) {
    const place = step === 1 ? pixel % width : Math.floor(pixel / width)
    for (let channel = 0; channel < 3; channel++) {
      let sum = 0
      for (const [index, weight] of weights.entries()) {
        const shift = Math.min(length - 1, Math.max(0, place + index - reach)) - place
        sum += weight * data[3 * (pixel + shift * step) + channel]!
      }
      blurred[3 * pixel + channel] = sum / total
    }
  }
  return blurred
}

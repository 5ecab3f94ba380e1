import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { samplePath } from '../../../../bench/samples.ts'
import type { GreyCopy } from './greyCopy.ts'
import { measurePrint } from './measurePrint.ts'
import type { PagePrint } from './measurePrint.ts'
import { CAPITALS, DrawnPage, numbers, SMALL_LETTERS } from './testing/drawPrint.ts'

const SIZES = [6, 8, 10, 14, 20, 32]
const columns = (size: number) => Math.min(60, Math.floor(900 / size))
const page = (size: number, letters: string, paper = 255, ink = 0) => new DrawnPage(1000, 700, paper).paragraph(letters, 50, 50, size, 10, columns(size), ink)

async function printOf(copy: GreyCopy): Promise<PagePrint> {
  const print = await measurePrint(copy)
  if (print === null) throw new Error('no print was found')
  return print
}

/** Within a twentieth, or a pixel: components are whole pixels high. */
function expectNear(measured: number, size: number): void {
  expect(Math.abs(measured - size), `${measured} for ${size}`).toBeLessThanOrEqual(Math.max(1, size * 0.05))
}

describe('the height of print', () => {
  test.each(SIZES)('of %d pixels, in capitals', async (size) => {
    const { small, usual, large, lineHeight } = await printOf(page(size, CAPITALS).copy())
    for (const measured of [small, usual, large]) expectNear(measured, size)
    expectNear(lineHeight, size * 1.8)
  })

  test.each(SIZES)('of %d pixels, in running text with grain', async (size) => {
    expectNear((await printOf(page(size, SMALL_LETTERS).noise(12).copy())).usual, size)
  })

  test.each(SIZES)('of %d pixels, light on dark', async (size) => {
    expectNear((await printOf(page(size, CAPITALS, 25, 235).copy())).usual, size)
  })

  test.each(SIZES)('of %d pixels, in pale ink', async (size) => {
    expectNear((await printOf(page(size, CAPITALS, 250, 170).copy())).usual, size)
  })

  test.each(SIZES)('of %d pixels, skewed by two degrees', async (size) => {
    const { usual } = await printOf(await page(size, SMALL_LETTERS).turned(2))
    expectNear(usual, size * 1.02)
  })

  test('of heavy grain is that of the letters, not of the grain', async () => {
    const { small, usual } = await printOf(page(14, CAPITALS).noise(25).copy())
    expectNear(small, 14)
    expectNear(usual, 14)
  })

  test('of two sizes is told apart', async () => {
    const drawn = new DrawnPage(1000, 700).paragraph(CAPITALS, 50, 40, 24, 6, 35).paragraph(CAPITALS, 50, 500, 8, 5, 60)
    const { small, large, lines } = await printOf(drawn.copy())
    expectNear(small, 8)
    expectNear(large, 24)
    expect(lines.filter(({ height }) => Math.abs(height - 8) <= 1).length).toBeGreaterThanOrEqual(5)
    expect(lines.filter(({ height }) => Math.abs(height - 24) <= 1).length).toBeGreaterThanOrEqual(6)
  })

  test('of the sample pages is that of their capitals, rows of stars and rules aside', async () => {
    for (const file of ['receipt-1.png', 'receipt-2.png', 'receipt-3.png', 'form-1.png', 'form-2.png', 'id-card-1.png', 'invoice-1.png', 'invoice-2.png', 'invoice-3.png']) {
      const { small, usual, lineHeight } = await printOf(await sample(file))
      expect(small, file).toBeGreaterThanOrEqual(8)
      expect(usual, file).toBeLessThanOrEqual(10.5)
      expect(lineHeight, file).toBeCloseTo(14, 0)
    }
  })
})

describe('no print is found', () => {
  test('in scenes without text', async () => {
    for (const file of ['shapes-1.png', 'shapes-2.png', 'shapes-3.png']) expect(await measurePrint(await sample(file)), file).toBeNull()
  })

  test.each([1, 2, 3])('in the texture of a photo (%d)', async (seed) => {
    expect(await measurePrint(await texture(seed))).toBeNull()
  })

  test('on an empty page, with grain and without', async () => {
    expect(await measurePrint(new DrawnPage(600, 800).copy())).toBeNull()
    expect(await measurePrint(new DrawnPage(600, 800, 200).noise(12).copy())).toBeNull()
  })

  test('on the smallest picture', async () => {
    expect(await measurePrint(new DrawnPage(1, 1).copy())).toBeNull()
  })
})

async function sample(file: string): Promise<GreyCopy> {
  const { data, info } = await sharp(samplePath(file)).flatten().greyscale().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data, scale: 1 }
}

/** Noise of many scales, which is what foliage, cloth and stone look like to a counter of patches. */
async function texture(seed: number): Promise<GreyCopy> {
  const [width, height] = [1000, 750]
  const levels = new Float32Array(width * height).fill(128)
  for (const [cells, strength] of [[4, 80], [12, 50], [40, 40], [120, 30], [300, 20]] as const) {
    const random = numbers(seed * 977 + cells)
    const coarse = Uint8Array.from({ length: cells * cells }, () => random() * 256)
    const fine = await sharp(coarse, { raw: { width: cells, height: cells, channels: 1 } }).resize(width, height, { fit: 'fill', kernel: 'cubic' }).greyscale().raw().toBuffer()
    fine.forEach((level, at) => (levels[at] = (levels[at] ?? 0) + ((level - 128) / 128) * strength))
  }
  return { width, height, data: Uint8Array.from(levels, (level) => Math.min(255, Math.max(0, level))), scale: 1 }
}

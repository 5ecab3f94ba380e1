import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import type { Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../platform/testing.ts'
import { readHeader } from './decode.ts'
import { PixelFiles } from './PixelFiles.ts'
import { readImageFile } from './readImageFile.ts'
import { recognise } from './recognise.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeAll(() => (folder = temporaryFolder()))
afterAll(() => folder.remove())

interface Pixels {
  width: number
  height: number
  at(x: number, y: number): number[]
}

/** What the engine would read of a file. */
async function decoded(bytes: Uint8Array, name = 'picture'): Promise<Pixels> {
  const format = await recognise(bytes, name)
  const header = await readHeader(bytes, format, name)
  const file = await new PixelFiles(join(folder.path, 'pixels')).write(bytes, format, name)
  const ppm = readFileSync(file.path)
  await file.dispose()
  const [magic, columns, rows, depth] = ppm.subarray(0, 40).toString('latin1').split(/\s/, 4)
  const [width, height] = [Number(columns), Number(rows)]
  expect([magic, depth]).toEqual(['P6', '255'])
  expect({ width, height }).toEqual(header)
  const pixels = ppm.subarray(ppm.length - width * height * 3)
  return { width, height, at: (x, y) => [...pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)] }
}

/** Red left half, blue right half; 8 x 4 times `scale`. */
function twoHalves(scale = 4): Sharp {
  const [width, height] = [8 * scale, 4 * scale]
  const data = Buffer.alloc(width * height * 3)
  for (let i = 0; i < width * height; i += 1) data.set(i % width < width / 2 ? [220, 20, 30] : [10, 40, 200], i * 3)
  return sharp(data, { raw: { width, height, channels: 3 } })
}

function noise(width: number, height: number): Sharp {
  return sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } })
}

/** Every channel at most `by` away; lossy formats blur. */
function expectNear(actual: number[], wanted: number[], by = 12): void {
  for (const [index, value] of wanted.entries()) expect(Math.abs(actual[index]! - value), `${actual.join()} is not near ${wanted.join()}`).toBeLessThanOrEqual(by)
}

/** A BMP file from rows of RGB, from the bottom up as usual. */
function bmp(width: number, height: number, rgb: (x: number, y: number) => number[], bits: 24 | 32 = 24): Buffer {
  const row = Math.ceil((width * bits) / 32) * 4
  const file = Buffer.alloc(54 + row * height)
  file.write('BM')
  file.writeUInt32LE(file.length, 2)
  file.writeUInt32LE(54, 10)
  file.writeUInt32LE(40, 14)
  file.writeInt32LE(width, 18)
  file.writeInt32LE(height, 22)
  file.writeUInt16LE(1, 26)
  file.writeUInt16LE(bits, 28)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) file.set(rgb(x, y).reverse(), 54 + (height - 1 - y) * row + (x * bits) / 8)
  }
  return file
}

describe('formats', () => {
  test.each(['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const)('%s', async (format) => {
    const image = await decoded(await twoHalves().toFormat(format).toBuffer())
    expectNear(image.at(4, 8), [220, 20, 30])
    expectNear(image.at(28, 8), [10, 40, 200])
  })

  test.each([24, 32] as const)('bmp of %i bits', async (bits) => {
    const image = await decoded(bmp(5, 3, (x, y) => [x * 50, y * 100, 7], bits))
    expect([image.at(0, 0), image.at(4, 0), image.at(4, 2)]).toEqual([[0, 0, 7], [200, 0, 7], [200, 200, 7]])
  })

  test('svg, drawn large', async () => {
    const image = await decoded(Buffer.from('<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="10" height="10" fill="#dc141e"/></svg>'))
    expect(image).toMatchObject({ width: 1344, height: 672 })
    expect([image.at(300, 300), image.at(1000, 300)]).toEqual([[220, 20, 30], [255, 255, 255]])
  })

  test('the first frame of an animated gif', async () => {
    const frames = await sharp([await twoHalves().png().toBuffer(), await twoHalves().negate().png().toBuffer()], { join: { animated: true } }).gif().toBuffer()
    expectNear((await decoded(frames)).at(4, 8), [220, 20, 30])
  })

  test('the name decides nothing', async () => {
    expect(await recognise(await twoHalves().webp().toBuffer(), 'photo.jpg')).toBe('webp')
  })
})

describe('pixels', () => {
  test('are upright', async () => {
    const image = await decoded(await twoHalves().withMetadata({ orientation: 6 }).jpeg().toBuffer())
    expect(image).toMatchObject({ width: 16, height: 32 })
    expectNear(image.at(8, 4), [220, 20, 30])
    expectNear(image.at(8, 28), [10, 40, 200])
  })

  test('are converted from the embedded profile', async () => {
    const inP3 = await twoHalves().withIccProfile('p3').png().toBuffer()
    const stored = await sharp(inP3, { ignoreIcc: true }).raw().toBuffer()
    expect([...stored.subarray(0, 3)]).not.toEqual([220, 20, 30])
    expectNear((await decoded(inP3)).at(4, 8), [220, 20, 30], 3)
  })

  test('of CMYK, grey, 16-bit and palette files are RGB of 8 bits', async () => {
    expectNear((await decoded(await twoHalves().toColourspace('cmyk').jpeg().toBuffer())).at(4, 8), [220, 20, 30], 40)
    const grey = (await decoded(await twoHalves().greyscale().png().toBuffer())).at(4, 8)
    expect(new Set(grey).size).toBe(1)
    expectNear((await decoded(await twoHalves().toColourspace('rgb16').png().toBuffer())).at(4, 8), [220, 20, 30], 1)
    expectNear((await decoded(await twoHalves().png({ palette: true }).toBuffer())).at(28, 8), [10, 40, 200], 3)
  })

  test('that are transparent lie on white, also half-transparent ones of 16 bits', async () => {
    const half = { create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0.5 } } } as const
    expectNear((await decoded(await sharp(half).png().toBuffer())).at(4, 4), [128, 128, 128], 1)
    expectNear((await decoded(await sharp(half).toColourspace('rgb16').png().toBuffer())).at(4, 4), [128, 128, 128], 1)
  })
})

describe('refusals', () => {
  const wrong = (bytes: Uint8Array, name = 'holiday.png') => decoded(bytes, name)
  const code = (wanted: string, params: object = {}) => expect.objectContaining({ code: wanted, params: expect.objectContaining({ name: 'holiday.png', ...params }) as object }) as object

  test.each([
    ['nothing', '', 'IMAGE_EMPTY', {}],
    ['text', 'Dear Sir or Madam,\n', 'IMAGE_NOT_AN_IMAGE', { found: 'text' }],
    ['html', '<!DOCTYPE html><html><svg></svg></html>', 'IMAGE_NOT_AN_IMAGE', { found: 'html' }],
    ['xml', '<?xml version="1.0"?><note/>', 'IMAGE_NOT_AN_IMAGE', { found: 'xml' }],
    ['pdf', '%PDF-1.7\n%âãÏÓ\n1 0 obj\n', 'IMAGE_NOT_AN_IMAGE', { found: 'pdf' }],
    ['bytes', '\u0000\u0001\u0002\u0000\u0000\u0000\u0000\u0000', 'IMAGE_NOT_AN_IMAGE', { found: 'binary data' }],
  ])('%s', async (_what, text, wanted, params) => {
    await expect(wrong(Buffer.from(text, 'latin1'))).rejects.toThrow(code(wanted, params))
  })

  test.each(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const)('a %s that breaks off', async (format) => {
    const whole = await noise(320, 240).toFormat(format).toBuffer()
    await expect(wrong(whole.subarray(0, Math.floor(whole.length * 0.6)))).rejects.toThrow(code('IMAGE_DAMAGED'))
  })

  test('a png that is hardly begun', async () => {
    await expect(wrong((await noise(9, 9).png().toBuffer()).subarray(0, 20))).rejects.toThrow(code('IMAGE_DAMAGED'))
  })

  test.each([[0.1], [0.9]])('a bmp cut at %f', async (share) => {
    const whole = bmp(40, 40, () => [1, 2, 3])
    await expect(wrong(whole.subarray(0, Math.floor(whole.length * share)))).rejects.toThrow(code('IMAGE_DAMAGED'))
  })

  test('30000 x 30000 pixels, from the header alone', async () => {
    await expect(wrong(hugePng(30_000))).rejects.toThrow(code('IMAGE_TOO_MANY_PIXELS', { width: 30_000, height: 30_000, limitMegapixels: 120 }))
    const huge = bmp(4, 4, () => [0, 0, 0])
    huge.writeInt32LE(30_000, 18)
    huge.writeInt32LE(30_000, 22)
    huge.writeUInt16LE(8, 28)
    huge.writeUInt32LE(1, 30) // Run-length coded: such a file may be this short.
    await expect(wrong(huge)).rejects.toThrow(code('IMAGE_TOO_MANY_PIXELS'))
  })

  test('40000 x 2 pixels: the engine takes no side that long', async () => {
    const long = await sharp({ create: { width: 40_000, height: 2, channels: 3, background: '#fff' } }).png().toBuffer()
    await expect(wrong(long)).rejects.toThrow(code('IMAGE_TOO_LONG', { width: 40_000, height: 2, limit: 32_768 }))
  })

  test('a path without a file, a folder', async () => {
    await expect(readImageFile(join(folder.path, 'nowhere.png'))).rejects.toThrow(expect.objectContaining({ code: 'IMAGE_MISSING' }))
    await expect(readImageFile(folder.path)).rejects.toThrow(expect.objectContaining({ code: 'IMAGE_MISSING' }))
  })
})

describe('drawings load nothing', () => {
  test.each(['file:///FOLDER/secret.png', 'secret.png', 'FOLDER/secret.png', 'http://127.0.0.1:9/secret.png'])('%s', async (reference) => {
    writeFileSync(join(folder.path, 'secret.png'), await twoHalves().png().toBuffer())
    const href = reference.replace('/FOLDER', folder.path).replace('FOLDER', folder.path)
    const image = await decoded(
      Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="32" height="16"><image xlink:href="${href}" href="${href}" width="32" height="16"/></svg>`),
    )
    expect(image.at(100, 100)).toEqual([255, 255, 255])
  })

  test('in millimetres and points as large as one in pixels', async () => {
    for (const unit of ['mm', 'pt', 'px', '']) {
      const image = await decoded(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="210${unit}" height="105${unit}"><rect width="100%" height="100%" fill="#dc141e"/></svg>`))
      expect(Math.abs(image.width - 1344), `${unit}: ${image.width}`).toBeLessThan(8)
    }
  })

  test('an entity that names a file is refused', async () => {
    writeFileSync(join(folder.path, 'secret.txt'), 'secret')
    const svg = `<!DOCTYPE svg [<!ENTITY x SYSTEM "file://${folder.path}/secret.txt">]><svg xmlns="http://www.w3.org/2000/svg" width="99" height="30"><text y="20">&x;</text></svg>`
    await expect(decoded(Buffer.from(svg))).rejects.toThrow(expect.objectContaining({ code: 'IMAGE_DAMAGED' }))
  })
})

/** A valid PNG of one colour, some megabytes before and 900 million pixels after decompression. */
function hugePng(side: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const frame = Buffer.alloc(8)
    frame.writeUInt32BE(data.length, 0)
    frame.writeUInt32BE(crc32(body), 4)
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([1, 0, 0, 0, 0], 8) // One bit a pixel, grey.
  const rows = deflateSync(Buffer.alloc((1 + Math.ceil(side / 8)) * side), { level: 1 })
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))])
}

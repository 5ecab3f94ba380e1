import sharp from 'sharp'
import { expect, test } from 'vitest'
import { photo } from './testing/chats.ts'
import { withoutMetadata } from './withoutMetadata.ts'

const notes = async (bytes: Uint8Array) => {
  const { exif, xmp, icc, iptc, comments } = await sharp(bytes).metadata()
  return [exif, xmp, icc, iptc, comments].filter((note) => note !== undefined)
}
const pixels = async (bytes: Uint8Array) => await sharp(bytes).removeAlpha().raw().toBuffer()

test('takes place, camera, words and appendix from a photo and leaves its coded pixels as they are', async () => {
  const given = await photo()
  expect(Buffer.from(given).toString('latin1')).toMatch(/SECRETCAM[\s\S]*SECRETXMP[\s\S]*SECRETTRAILER/)
  expect((await notes(given)).length).toBeGreaterThanOrEqual(2)
  const { bytes, format } = await withoutMetadata(given, 'jpeg', 'IMG.jpg')
  expect(format).toBe('jpeg')
  expect(await notes(bytes)).toEqual([])
  expect(Buffer.from(bytes).toString('latin1')).not.toContain('SECRET')
  expect(Buffer.compare(await pixels(bytes), await pixels(given))).toBe(0)
})

test('keeps every scan of a progressive photo', async () => {
  const given = await sharp(await sharp({ create: { width: 200, height: 120, channels: 3, background: '#777777', noise: { type: 'gaussian', mean: 128, sigma: 50 } } }).png().toBuffer()).withExif({ IFD0: { Make: 'SECRETCAM' } }).jpeg({ progressive: true }).toBuffer()
  const { bytes } = await withoutMetadata(given, 'jpeg', 'IMG.jpg')
  expect(Buffer.from(bytes).toString('latin1')).not.toContain('SECRET')
  expect(Buffer.compare(await pixels(bytes), await pixels(given))).toBe(0)
})

test('turns a photo upright whose notes said how to hold it', async () => {
  const given = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#3060c0' } }).withMetadata({ orientation: 6 }).jpeg().toBuffer()
  const { bytes } = await withoutMetadata(given, 'jpeg', 'IMG.jpg')
  const { width, height, orientation } = await sharp(bytes).metadata()
  expect({ width, height, orientation }).toEqual({ width: 48, height: 64, orientation: undefined })
  expect(await notes(bytes)).toEqual([])
})

test('turns colours of a profile into those they stand for', async () => {
  const given = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#ff0000' } }).withIccProfile('p3').jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer()
  const { bytes } = await withoutMetadata(given, 'jpeg', 'IMG.jpg')
  expect(await notes(bytes)).toEqual([])
  const [red = 0, green = 255] = await pixels(bytes)
  expect(red).toBeGreaterThan(245)
  expect(green).toBeLessThan(12)
})

test('takes the notes from a PNG and changes none of its pixels', async () => {
  const given = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#102030' } }).withExif({ IFD0: { Make: 'SECRETCAM' } }).png().toBuffer()
  expect(Buffer.from(given).toString('latin1')).toContain('SECRETCAM')
  const { bytes, format } = await withoutMetadata(given, 'png', 'a.png')
  expect([format, await notes(bytes)]).toEqual(['png', []])
  expect(Buffer.from(bytes).toString('latin1')).not.toContain('SECRET')
  expect(Buffer.compare(await pixels(bytes), await pixels(given))).toBe(0)
})

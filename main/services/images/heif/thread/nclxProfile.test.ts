import sharp from 'sharp'
import { expect, test } from 'vitest'
import { pixelsAsTiff } from '../pixelsAsTiff.ts'
import { nclxProfile } from './nclxProfile.ts'

/** A colour of the file in sRGB, as the app decodes it. */
async function inSrgb(rgb: readonly number[], nclx: { primaries: number; transfer: number }): Promise<number[]> {
  const tiff = pixelsAsTiff({ width: 1, height: 1, rgb: Uint8Array.from(rgb), profile: nclxProfile(nclx) })
  return [...(await sharp(tiff).toColourspace('srgb').raw().toBuffer())]
}

const near = (found: number[], wanted: readonly number[], by: number) => found.every((value, channel) => Math.abs(value - wanted[channel]!) <= by)

test('white and grey stay what they are, whatever the primaries', async () => {
  for (const primaries of [9, 12])
    for (const value of [255, 128]) expect(near(await inSrgb([value, value, value], { primaries, transfer: 13 }), [value, value, value], 2), `${primaries} ${value}`).toBe(true)
})

test('Display P3 is converted as the profile that comes with libvips does it', async () => {
  for (const colour of [[200, 60, 70], [80, 160, 90], [60, 80, 180]]) {
    const sample = sharp(Uint8Array.from(colour), { raw: { width: 1, height: 1, channels: 3 } })
    const stored = [...(await sharp(await sample.withIccProfile('p3').png().toBuffer(), { ignoreIcc: true }).raw().toBuffer())]
    const found = await inSrgb(stored, { primaries: 12, transfer: 13 })
    expect(near(found, colour, 4), `${found.join()} is not near ${colour.join()}`).toBe(true)
  }
})

test('PQ puts diffuse white, at 58 % of its signal, near white', async () => {
  const [red = 0] = await inSrgb([148, 148, 148], { primaries: 9, transfer: 16 })
  expect(red).toBeGreaterThan(245)
  expect((await inSrgb([70, 70, 70], { primaries: 9, transfer: 16 }))[0]).toBeLessThan(120)
})

test('what screens take for sRGB needs no profile', () => {
  expect([1, 2, 6].map((primaries) => nclxProfile({ primaries, transfer: 13 }))).toEqual([null, null, null])
})

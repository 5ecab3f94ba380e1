import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../../contract/errors/AppError.ts'
import { parsePpm, readPpm, readPpmSize, writeFloats, writePpm } from './ppm.ts'

const ppm = (header: string, bytes: number) => Buffer.concat([Buffer.from(header, 'latin1'), Buffer.alloc(bytes, 7)])

describe('PPM files', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ppm-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('reads back what it wrote and leaves nothing else behind', async () => {
    const pixels = { rgb: Uint8Array.from({ length: 2 * 3 * 3 }, (_, index) => index * 10), width: 2, height: 3 }
    await writePpm(join(folder, 'a.ppm'), pixels)
    const read = await readPpm(join(folder, 'a.ppm'))
    expect({ ...read, rgb: [...read.rgb] }).toEqual({ ...pixels, rgb: [...pixels.rgb] })
    expect(readdirSync(folder)).toEqual(['a.ppm'])
  })

  it('writes numbers as little-endian float32', async () => {
    await writeFloats(join(folder, 'a.f32'), Float32Array.from([9, 1, -0.5]).subarray(1))
    expect([...readFileSync(join(folder, 'a.f32'))]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xbf])
  })

  it('reads comments and any white space of the header, and pixels that look like white space', () => {
    const { rgb, width, height } = parsePpm(Buffer.from('P6 # made by hand\n1\t2\n# depth\n255\n\n     ', 'latin1'), 'a')
    expect({ rgb: [...rgb], width, height }).toEqual({ rgb: [10, 32, 32, 32, 32, 32], width: 1, height: 2 })
  })

  it.each<[string, Buffer]>([
    ['too short', ppm('P6\n2 2\n255\n', 11)],
    ['too long', ppm('P6\n2 2\n255\n', 13)],
    ['without a pixel', ppm('P6\n0 2\n255\n', 0)],
    ['larger than any picture', ppm('P6\n999999 999999\n255\n', 12)],
    ['16 bits deep', ppm('P6\n1 1\n65535\n', 6)],
    ['grey', ppm('P5\n1 1\n255\n', 1)],
    ['empty', Buffer.alloc(0)],
  ])('refuses a file that is %s', (_, bytes) => expect(() => parsePpm(bytes, 'a')).toThrow(AppError))

  it('refuses any header whose size is not that of the data', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), fc.nat(2000), (width, height, bytes) => {
        const fits = width > 0 && height > 0 && width * height * 3 === bytes
        if (fits) parsePpm(ppm(`P6\n${width} ${height}\n255\n`, bytes), 'a')
        else expect(() => parsePpm(ppm(`P6\n${width} ${height}\n255\n`, bytes), 'a')).toThrow(AppError)
      }),
    )
  })

  it('knows the size from the header alone', async () => {
    await writePpm(join(folder, 'sized.ppm'), { rgb: new Uint8Array(500 * 300 * 3), width: 500, height: 300 })
    expect(await readPpmSize(join(folder, 'sized.ppm'))).toMatchObject({ width: 500, height: 300 })
    writeFileSync(join(folder, 'empty.ppm'), '')
    await expect(readPpmSize(join(folder, 'empty.ppm'))).rejects.toMatchObject({ code: 'IMAGE_DAMAGED' })
    await expect(readPpmSize(join(folder, 'none.ppm'))).rejects.toMatchObject({ code: 'FILE_MISSING' })
  })

  it('names a file that is missing', async () => {
    await expect(readPpm(join(folder, 'none.ppm'))).rejects.toMatchObject({ code: 'FILE_MISSING' })
  })
})

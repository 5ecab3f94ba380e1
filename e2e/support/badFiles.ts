import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { constants, crc32, deflateRawSync } from 'node:zlib'
import sharp from 'sharp'
import { projectorShapes, writeProjector } from '../../bench/synthetic/projector.ts'
import { writeNoGguf, writeNoModel, writeTruncated } from '../../bench/synthetic/broken.ts'
import type { ErrorCode } from '../../main/contract/errors/codes.ts'
import { demoModel, samplePath } from './samples.ts'

/** A file that cannot be used, and what a person must be told. */
export interface BadPicture {
  readonly what: string
  readonly path: string
  readonly code: ErrorCode
}

const side = 30_000

/** A well-formed PNG of 30000 x 30000 black pixels: 2.7 GB once decoded, some MB here. */
export function pixelBomb(): Buffer {
  const row = 1 + 3 * side, rows = 100
  // One block of a deflate stream that depends on nothing before it, and can therefore be repeated.
  const block = deflateRawSync(Buffer.alloc(rows * row), { finishFlush: constants.Z_FULL_FLUSH })
  const last = deflateRawSync(Buffer.alloc(0))
  const adler = Buffer.alloc(4)
  // Adler-32 of n zeros: the low sum stays 1, the high one counts them.
  adler.writeUInt32BE((((side * row) % 65_521) * 65_536 + 1) >>> 0)
  const pixels = Buffer.concat([Buffer.from([0x78, 0x9c]), ...Array.from({ length: side / rows }, () => block), last, adler])
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]), length = Buffer.alloc(4), sum = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** Writes the pictures that cannot be read, into `folder`. */
export async function badPictures(folder: string): Promise<BadPicture[]> {
  const jpeg = await sharp(samplePath('receipt-1.png')).jpeg().toBuffer()
  const files: readonly [string, string, ErrorCode, Buffer][] = [
    ['a text file named .png', 'notes.png', 'IMAGE_NOT_AN_IMAGE', Buffer.from('These are notes, not a picture.\n')],
    ['an empty file', 'empty.png', 'IMAGE_EMPTY', Buffer.alloc(0)],
    ['a truncated JPEG', 'cut.jpg', 'IMAGE_DAMAGED', jpeg.subarray(0, Math.floor(jpeg.length / 2))],
    ['a PNG of 30000 x 30000 pixels', 'huge.png', 'IMAGE_TOO_MANY_PIXELS', pixelBomb()],
    ['a PNG of 40000 x 2 pixels', 'long.png', 'IMAGE_TOO_LONG', await sharp({ create: { width: 40_000, height: 2, channels: 3, background: '#fff' } }).png().toBuffer()],
  ]
  return files.map(([what, name, code, bytes]) => {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    return { what, path, code }
  })
}

/** Model files that cannot be used, and what a person must be told. */
export interface BadModel {
  readonly what: string
  readonly model: string
  readonly projector: string
  readonly code: ErrorCode
}

/** Writes the model files that cannot be loaded, into `folder`. */
export function badModels(folder: string): BadModel[] {
  const text = join(folder, 'text.gguf'), cut = join(folder, 'cut.gguf'), nothing = join(folder, 'nothing.gguf')
  const narrow = join(folder, 'other-width.gguf'), missing = join(folder, 'missing.gguf')
  writeNoGguf(text)
  writeTruncated(cut, demoModel.model, 0.5)
  writeNoModel(nothing)
  // 64 numbers a token; the demo model takes 192.
  writeProjector(narrow, projectorShapes.tiny)
  const { model, projector } = demoModel
  return [
    { what: 'a missing model', model: missing, projector, code: 'MODEL_MISSING' },
    { what: 'a missing projector', model, projector: missing, code: 'PROJECTOR_MISSING' },
    { what: 'a text file named .gguf', model: text, projector, code: 'MODEL_NOT_GGUF' },
    { what: 'half a model', model: cut, projector, code: 'MODEL_DAMAGED' },
    { what: 'a GGUF file that is no model', model: nothing, projector, code: 'MODEL_UNSUPPORTED' },
    { what: 'model and projector swapped', model: projector, projector: model, code: 'MODEL_IS_PROJECTOR' },
    { what: 'a model given as its own projector', model, projector: model, code: 'PROJECTOR_IS_MODEL' },
    { what: 'a projector of another width', model, projector: narrow, code: 'PROJECTOR_WIDTH_MISMATCH' },
  ]
}

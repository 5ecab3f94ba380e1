import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import type { ErrorCode } from '../../main/contract/errors/codes.ts'
import { textAt, writePdf } from '../../main/services/documents/testing/writePdf.ts'
import { pixelBomb } from './badFiles.ts'
import { samplePath } from './samples.ts'

const receipts = ['receipt-1.png', 'receipt-2.png', 'receipt-3.png'] as const

/** What the demo model reads from the sample receipts, as it stands on them (resources/samples/expected.json). */
export const receiptTruth = [
  { vendor: 'NULVAS SUPPLY', date: null, total: 25.97 },
  { vendor: 'NUNLYN', date: '2023-06-25', total: 103.84 },
  { vendor: 'STAR BAKERY', date: '2026-11-21', total: 188.25 },
] as const

/** The truth about a file that `writeReceipts` wrote. @param index From 0. */
export const truthOf = (index: number): (typeof receiptTruth)[number] => receiptTruth[index % receipts.length]!

/** Name of a file that `writeReceipts` writes. @param index From 0. */
export const receiptName = (index: number): string => `page-${String(index + 1).padStart(3, '0')}.png`

/**
 * Writes that many receipts, the three samples in turn, each with a mark of a few pixels in its upper left corner: no two files are
 * the same, and all are as easy to read as the samples. Returns their paths.
 */
export async function writeReceipts(folder: string, count: number): Promise<string[]> {
  mkdirSync(folder, { recursive: true })
  const drawn = await Promise.all(receipts.map(async (file) => await sharp(samplePath(file)).removeAlpha().raw().toBuffer({ resolveWithObject: true })))
  const paths: string[] = []
  for (let index = 0; index < count; index++) {
    const { data, info } = drawn[index % drawn.length]!
    const pixels = Buffer.from(data)
    // The number in twelve bits, as twelve pixels a little darker than the paper.
    for (let bit = 0; bit < 12; bit++) if (((index >> bit) & 1) === 1) for (let channel = 0; channel < 3; channel++) pixels[bit * 3 + channel]! ^= 8
    const path = join(folder, receiptName(index))
    await sharp(pixels, { raw: { width: info.width, height: info.height, channels: 3 } }).png({ compressionLevel: 1 }).toFile(path)
    paths.push(path)
  }
  return paths
}

/** A PDF of the first two sample receipts as scans, one on each page. */
export async function receiptsPdf(): Promise<Buffer> {
  const scans = await Promise.all(receipts.slice(0, 2).map(async (file) => await sharp(samplePath(file)).removeAlpha().raw().toBuffer({ resolveWithObject: true })))
  return writePdf({ pages: scans.map(({ data, info: { width, height } }) => ({ width, height, images: [{ width, height, rgb: data }], content: `q ${width} 0 0 ${height} 0 0 cm /Im0 Do Q` })) })
}

/** A document that cannot be read, and what a person must be told. */
export interface BadDocument {
  readonly path: string
  readonly name: string
  readonly code: ErrorCode
}

/** Writes that many documents that cannot be read: empty, cut off, locked, no document, a bomb, in turn; all but the empty ones differ. */
export async function badDocuments(folder: string, count: number): Promise<BadDocument[]> {
  mkdirSync(folder, { recursive: true })
  const whole = await sharp(samplePath('receipt-2.png')).png().toBuffer()
  const bomb = pixelBomb()
  const kinds: readonly { readonly name: string; readonly code: ErrorCode; readonly bytes: (index: number) => Buffer }[] = [
    { name: 'empty.png', code: 'IMAGE_EMPTY', bytes: () => Buffer.alloc(0) },
    { name: 'cut.png', code: 'IMAGE_DAMAGED', bytes: (index) => whole.subarray(0, Math.floor(whole.length / 3) + index) },
    { name: 'locked.pdf', code: 'DOCUMENT_LOCKED', bytes: (index) => writePdf({ pages: [{ content: textAt(50, 700, `Secret ${index}`) }], encrypt: { user: 'secret', cipher: 'aes-128' } }) },
    { name: 'notes.png', code: 'DOCUMENT_UNSUPPORTED', bytes: (index) => Buffer.from(`These are notes, not a picture. ${index}\n`) },
    // What comes after the end of a PNG changes nothing but the file.
    { name: 'huge.png', code: 'IMAGE_TOO_MANY_PIXELS', bytes: (index) => Buffer.concat([bomb, Buffer.from(`${index}`)]) },
  ]
  return Array.from({ length: count }, (_, index) => {
    const { name: kind, code, bytes } = kinds[index % kinds.length]!
    const name = `bad-${String(index + 1).padStart(2, '0')}-${kind}`, path = join(folder, name)
    writeFileSync(path, bytes(index))
    return { path, name, code }
  })
}

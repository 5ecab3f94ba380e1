import { randomUUID } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Region } from '../../../contract/domains/extraction.ts'
import { writeError } from '../../../platform/fileErrors.ts'
import type { PixelFile } from '../../images/PixelFiles.ts'
import type { DocumentPage } from '../ports.ts'
import { boxOf } from '../../images/pixelBox.ts'
import type { Box } from '../../images/pixelBox.ts'
import { withPpm } from '../../images/withPpm.ts'
import type { PpmFile } from '../../images/withPpm.ts'

/** Rows are copied in pieces of about so many bytes. */
const PIECE_BYTES = 4_000_000

/**
 * A part of a page as a page of its own, at full resolution. Nothing is decoded until its source is prepared; `prepare` gives
 * the page's prepared pixels (the page's own source, or one that keeps them for several crops). The text that the file holds
 * stays that of the whole page, since the file does not say where its words stand. `prepare` of the crop rejects like that of
 * the page, and with `DISK_FULL`, `FOLDER_NOT_WRITABLE`; it leaves no file behind then.
 */
export function cropPage(page: DocumentPage, region: Region, prepare: () => Promise<PixelFile> = () => page.source.prepare()): DocumentPage {
  const box = boxOf(region, page)
  const [width, height] = [box.right - box.left, box.bottom - box.top]
  const key = `${page.source.key}-crop-${box.left}-${box.top}-${width}-${height}`
  return { number: page.number, width, height, text: page.text, source: { key, name: page.source.name, prepare: async () => await cropFile(prepare, page, region) } }
}

async function cropFile(prepare: () => Promise<PixelFile>, page: DocumentPage, region: Region): Promise<PixelFile> {
  const whole = await prepare()
  try {
    return await withPpm(whole.path, async (file) => {
      if (file.width !== page.width || file.height !== page.height) throw new Error(`The page was said to have ${page.width} x ${page.height} pixels and has ${file.width} x ${file.height}`)
      return await writeCrop(file, boxOf(region, page), join(dirname(whole.path), `${randomUUID()}.ppm`))
    })
  } finally {
    await whole.dispose()
  }
}

async function writeCrop(from: PpmFile, box: Box, path: string): Promise<PixelFile> {
  // As `PixelFiles` has it: what cannot go now goes with the folder.
  const dispose = () => rm(path, { force: true }).catch(() => undefined)
  const [width, height] = [box.right - box.left, box.bottom - box.top]
  try {
    const file = await open(path, 'wx')
    try {
      await file.writeFile(Buffer.from(`P6\n${width} ${height}\n255\n`, 'ascii'))
      const rows = Math.max(1, Math.floor(PIECE_BYTES / (from.width * 3)))
      for (let top = box.top; top < box.bottom; top += rows) {
        const count = Math.min(rows, box.bottom - top)
        await file.writeFile(columns(await from.rows(top, count), from.width, box.left, width, count))
      }
    } finally {
      await file.close()
    }
  } catch (error) {
    await dispose()
    throw writeError(error, dirname(path))
  }
  return { path, dispose }
}

function columns(rows: Uint8Array, pageWidth: number, left: number, width: number, count: number): Uint8Array {
  const result = new Uint8Array(width * count * 3)
  for (let row = 0; row < count; row++) {
    const start = (row * pageWidth + left) * 3
    result.set(rows.subarray(start, start + width * 3), row * width * 3)
  }
  return result
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from '../../../platform/testing.ts'
import type { DocumentPage, OpenDocument } from '../../extraction/ports.ts'
import { PixelFiles } from '../../images/PixelFiles.ts'
import { openDocument } from '../openDocument.ts'
import { PdfThread } from '../PdfThread.ts'
import type { PdfLimits } from '../PdfThread.ts'
import { builtThread } from './builtThread.ts'

/** Pixels of a drawn page. */
export interface Drawn {
  readonly width: number
  readonly height: number
  at(x: number, y: number): number[]
  /** Share of pixels darker than half in a part of the page, given in shares of its sides. */
  ink(left: number, top: number, right: number, bottom: number): number
}

/** Everything a document needs, with the real thread, in a folder of the test's own. `fonts`: folders of fonts; none, whatever this computer has. */
export async function documentFixture(limits: Partial<PdfLimits> = {}, fonts: readonly string[] = []) {
  const [folder, built] = [temporaryFolder(), await builtThread()]
  const pixels = new PixelFiles(join(folder.path, 'pixels'))
  const thread = new PdfThread(built.entry, limits, fonts)
  return {
    folder: folder.path,
    pixels,
    thread,
    entry: built.entry,
    open: (bytes: Uint8Array, name = 'file.pdf'): Promise<OpenDocument> => openDocument({ bytes, name }, { pixels, thread }),
    openPath: (path: string): Promise<OpenDocument> => openDocument({ path }, { pixels, thread }),
    async remove() {
      await thread.dispose()
      built.remove()
      folder.remove()
    },
  }
}
export type DocumentFixture = Awaited<ReturnType<typeof documentFixture>>

/** What the engine would read of a page. */
export async function drawn(page: DocumentPage): Promise<Drawn> {
  const file = await page.source.prepare()
  const ppm = await readFile(file.path)
  await file.dispose()
  const [, columns, rows] = /^P6\n(\d+) (\d+)\n255\n/.exec(ppm.toString('latin1', 0, 40))!
  const width = Number(columns), height = Number(rows)
  const data = ppm.subarray(ppm.length - width * height * 3)
  const at = (x: number, y: number) => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)]
  return {
    width,
    height,
    at,
    ink(left, top, right, bottom) {
      let dark = 0, all = 0
      for (let y = Math.floor(top * height); y < Math.floor(bottom * height); y += 1)
        for (let x = Math.floor(left * width); x < Math.floor(right * width); x += 1, all += 1) if (data[(y * width + x) * 3 + 1]! < 128) dark += 1
      return dark / all
    },
  }
}

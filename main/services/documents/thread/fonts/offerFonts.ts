import type { Pdfium } from '../Pdfium.ts'
import { COLLECTION, FontShelf, readFont } from './FontShelf.ts'
import type { FontFile } from './FontShelf.ts'
import { scriptOf } from './fontNames.ts'

/** FPDF_SYSFONTINFO of `fpdf_sysfontinfo.h` on a 32-bit system: its version, then eight functions. */
const INFO_BYTES = 36
const VERSION = 1
const MAP_FONT_AT = 12
const GET_FONT_DATA_AT = 20

/** A name of a font is no longer. */
const NAME_BYTES = 256

/**
 * Lets PDFium draw East Asian letters with fonts of this computer where a file brings none, as readers of PDF do. All other letters
 * are drawn with the fonts that PDFium brings along, so that a page looks the same on every machine. Holds as long as `pdfium`.
 */
export function offerFonts(pdfium: Pdfium, folders: readonly string[]): void {
  const { api, inside } = pdfium
  const shelf = new FontShelf(folders)
  /** What PDFium has of a font is its place here, from 1. */
  const given: FontFile[] = []
  const mapFont = inside.addFunction((...[, , , charset = 0, , name = 0]) => orZero(() => {
    const script = scriptOf(charset, textAt(pdfium, name))
    const font = script === null ? null : shelf.fontFor(script)
    if (font === null) return 0
    if (!given.includes(font)) given.push(font)
    return given.indexOf(font) + 1
  }), 'iiiiiiii')
  const getFontData = inside.addFunction((...[, handle = 0, table = 0, target = 0, bytes = 0]) => orZero(() => {
    const font = given[handle - 1]
    return font === undefined ? 0 : fontData(pdfium, font, table, { target, bytes: bytes >>> 0 })
  }), 'iiiiii')
  const info = inside.wasmExports.malloc(INFO_BYTES)
  const fields = pdfium.view(info, INFO_BYTES).fill(0)
  const view = new DataView(fields.buffer, fields.byteOffset, INFO_BYTES)
  view.setInt32(0, VERSION, true)
  view.setUint32(MAP_FONT_AT, mapFont, true)
  view.setUint32(GET_FONT_DATA_AT, getFontData, true)
  api.FPDF_SetSystemFontInfo(info)
}

/**
 * Writes a part of a font into PDFium's memory, and returns how large it is. PDFium asks for the whole: table 0 for a file of one
 * font, "ttcf" for one of several, whose font it then tells by how far table 0 reaches back from the end.
 */
function fontData(pdfium: Pdfium, { path, size, start }: FontFile, table: number, { target, bytes }: { target: number; bytes: number }): number {
  if (table === 0 && start !== null) return size - start
  if (table !== (start === null ? 0 : COLLECTION)) return 0
  if (target === 0 || bytes === 0) return size
  return readFont(path, pdfium.view(target, Math.min(bytes, size))) ? size : 0
}

/** An error must not reach PDFium, which would be left in the middle of its work; without a font it goes on. */
function orZero(work: () => number): number {
  try {
    return work()
  } catch {
    return 0
  }
}

function textAt(pdfium: Pdfium, address: number): string {
  const bytes = pdfium.view(address, Math.min(NAME_BYTES, pdfium.memory - address))
  const end = bytes.indexOf(0)
  return Buffer.from(bytes.slice(0, end === -1 ? bytes.length : end)).toString('utf8')
}

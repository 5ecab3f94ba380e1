import type { RgbPixels } from '../../../images/PixelFiles.ts'
import type { Pdfium } from '../Pdfium.ts'
import { MOST_CHARACTERS, placeFrom } from '../places.ts'
import type { Place } from '../places.ts'
import type { TextField } from '../readText.ts'
import { isBlank } from './isBlank.ts'

/** Up to here are Latin letters, which PDFium's own fonts have. */
const LAST_LATIN = 0x24f
const LETTER = /[\p{L}\p{N}]/u

/** Modes of text that leaves no ink (ISO 32000-1, table 106): neither filled nor stroked. */
const INVISIBLE = new Set([3, 7])
/** In points; a glyph's outline is there at any size. */
const ANY_SIZE = 10
/** So few blank letters, or so small a share of the page's, are a symbol or two: the page is read without them... */
const FEW = 3
const SHARE = 0.02
/** ...unless they are most of what it says. */
const MOST = 0.5
/** Stands for the name of a font that the file does not tell. */
const UNKNOWN_FONT = '?'

/**
 * The fonts of letters that stay blank on a page: their font is not in the file, and no font of this computer has them. None where it
 * is a symbol or two of many letters; a filled field that is blank as a whole always counts. What stands under a picture (a scan with
 * its words behind it) does not, since there is something to be read in its place. `fields`: those of the page that hold text. `draw` is called only where a letter has no shape.
 */
export function undrawnFonts(pdfium: Pdfium, page: number, fields: readonly TextField[], draw: () => RgbPixels): string[] {
  const [{ letters, shapeless }, doubtful] = [lettersOf(pdfium, page), doubtfulPlaces(fields)]
  if (shapeless.size === 0 && doubtful.length === 0) return []
  const picture = draw()
  const blank = (places: readonly Place[]) => places.filter((place) => isBlank(pdfium, page, picture, place)).length
  const found = [...shapeless].map(([font, places]) => ({ font, blank: blank(places), of: places.length })).filter((each) => each.blank * 2 > each.of)
  const matters = isRealShare(found.reduce((sum, each) => sum + each.blank, 0), letters)
  return [...(matters ? found.map(({ font }) => font) : []), ...(blank(doubtful) > 0 ? [UNKNOWN_FONT] : [])]
}

function isRealShare(blank: number, letters: number): boolean {
  return blank > 0 && ((blank >= FEW && blank >= letters * SHARE) || blank > letters * MOST)
}

/** How many letters a page has that leave ink, and where those stand whose fonts hold no shape for them, by the fonts' names. */
function lettersOf(pdfium: Pdfium, page: number): { letters: number; shapeless: Map<string, Place[]> } {
  const { api } = pdfium
  const shapeless = new Map<string, Place[]>()
  let letters = 0
  const textPage = api.FPDFText_LoadPage(page)
  if (textPage === 0) return { letters, shapeless }
  try {
    const fonts = new Fonts(pdfium)
    const count = Math.min(api.FPDFText_CountChars(textPage), MOST_CHARACTERS)
    for (let at = 0; at < count; at += 1) {
      const code = api.FPDFText_GetUnicode(textPage, at)
      const isUnknown = api.FPDFText_HasUnicodeMapError(textPage, at) === 1
      if (!isUnknown && !isLetter(code)) continue
      const text = api.FPDFText_GetTextObject(textPage, at)
      if (text === 0 || INVISIBLE.has(api.FPDFTextObj_GetTextRenderMode(text))) continue
      letters += 1
      if (!isUnknown && code <= LAST_LATIN) continue
      const font = api.FPDFTextObj_GetFont(text)
      // What an unknown character looks like cannot be asked for; whether it is there, its place will show.
      if (font === 0 || api.FPDFFont_GetIsEmbedded(font) === 1 || (!isUnknown && fonts.hasShape(font, code))) continue
      const place = placeOf(pdfium, textPage, at)
      if (place !== null) add(shapeless, fonts.name(font), place)
    }
  } finally {
    api.FPDFText_ClosePage(textPage)
  }
  return { letters, shapeless }
}

/** Where filled fields of a form stand whose values may be of such letters. What they are drawn with, the file does not say in one way. */
function doubtfulPlaces(fields: readonly TextField[]): Place[] {
  return fields.filter(({ text, isShown }) => isShown && Array.from(text).some(isForeign)).map(({ place }) => place)
}

function isForeign(letter: string): boolean {
  const code = letter.codePointAt(0) ?? 0
  return code > LAST_LATIN && isLetter(code)
}

function isLetter(code: number): boolean {
  return code <= 0x10ffff && LETTER.test(String.fromCodePoint(code))
}

function add(found: Map<string, Place[]>, font: string, place: Place): void {
  const places = found.get(font)
  if (places === undefined) found.set(font, [place])
  else places.push(place)
}

/** The place of a character in its line, whatever its shape; null where PDFium does not know it. */
function placeOf(pdfium: Pdfium, textPage: number, at: number): Place | null {
  return placeFrom(pdfium, (box) => pdfium.api.FPDFText_GetLooseCharBox(textPage, at, box))
}

/** What is known of the fonts of a page. */
class Fonts {
  readonly #pdfium: Pdfium
  readonly #names = new Map<number, string>()
  readonly #shapes = new Map<string, boolean>()

  constructor(pdfium: Pdfium) {
    this.#pdfium = pdfium
  }

  hasShape(font: number, code: number): boolean {
    const { api } = this.#pdfium
    const key = `${font} ${code}`
    const known = this.#shapes.get(key)
    if (known !== undefined) return known
    const path = api.FPDFFont_GetGlyphPath(font, code, ANY_SIZE)
    const hasShape = path !== 0 && api.FPDFGlyphPath_CountGlyphSegments(path) > 0
    this.#shapes.set(key, hasShape)
    return hasShape
  }

  name(font: number): string {
    const known = this.#names.get(font)
    if (known !== undefined) return known
    const bytes = this.#pdfium.api.FPDFFont_GetBaseFontName(font, 0, 0)
    const name = bytes <= 1 ? UNKNOWN_FONT : this.#pdfium.borrow(bytes, (address) => {
      this.#pdfium.api.FPDFFont_GetBaseFontName(font, address, bytes)
      return Buffer.from(this.#pdfium.view(address, bytes - 1).slice()).toString('utf8')
    })
    this.#names.set(font, name)
    return name
  }
}

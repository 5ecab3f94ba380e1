import type { Pdfium } from './Pdfium.ts'
import { devicePoint, MOST_CHARACTERS, placeFrom } from './places.ts'
import type { Place } from './places.ts'
import { inReadingOrder } from './readingOrder.ts'
import type { TextLine } from './readingOrder.ts'

/** Kinds of form fields whose value is text (`fpdf_formfill.h`: combo box, list box, text field). */
const TEXT_FIELDS = new Set([4, 5, 6])
const WIDGET = 20
/** Flags of annotations (ISO 32000-1, table 165): invisible, hidden, no view. */
const NOT_SHOWN = 0x01 | 0x02 | 0x20

/** The words of a page and of the form fields on it (see `textFields`), in reading order; null where there is nothing but white space. */
export function readText(pdfium: Pdfium, page: number, fields: readonly TextField[]): string | null {
  const text = inReadingOrder([...pageLines(pdfium, page), ...fieldLines(pdfium, page, fields)])
  return text === '' ? null : text
}

/** Lines as PDFium finds them, with their places on the upright page. */
function pageLines(pdfium: Pdfium, page: number): TextLine[] {
  const { api } = pdfium
  const textPage = api.FPDFText_LoadPage(page)
  if (textPage === 0) return []
  const place = placer(pdfium, page)
  const lines: TextLine[] = []
  let line = new LineUnderWay()
  try {
    pdfium.borrow(32, (box) => {
      const count = Math.min(api.FPDFText_CountChars(textPage), MOST_CHARACTERS)
      for (let at = 0; at < count; at += 1) {
        const code = api.FPDFText_GetUnicode(textPage, at)
        if (code === 10 || code === 13) {
          line.endInto(lines)
          line = new LineUnderWay()
        } else if (code !== 0) {
          const known = api.FPDFText_IsGenerated(textPage, at) !== 1 && api.FPDFText_GetCharBox(textPage, at, box, box + 8, box + 16, box + 24)
          const [left = 0, right = 0, bottom = 0, top = 0] = known ? new Float64Array(pdfium.view(box, 32).slice().buffer) : []
          line.add(code, known ? place(left, bottom, right, top) : null)
        }
      }
    })
    line.endInto(lines)
  } finally {
    api.FPDFText_ClosePage(textPage)
  }
  return lines
}

/** Values that people typed or chose. PDFium counts them to the fields, not to the page's text. */
function fieldLines(pdfium: Pdfium, page: number, fields: readonly TextField[]): TextLine[] {
  const toPlace = placer(pdfium, page)
  return fields.map(({ text, place: [left, top, right, bottom] }) => ({ text, ...toPlace(left, bottom, right, top) }))
}

/** A field of a form with a text in it. */
export interface TextField {
  readonly text: string
  readonly place: Place
  readonly isShown: boolean
}

/** The fields of a page that hold text other than white space; none where the document has no form (`form` is 0). */
export function textFields(pdfium: Pdfium, page: number, form: number): TextField[] {
  if (form === 0) return []
  const { api } = pdfium
  const fields: TextField[] = []
  for (let at = 0; at < Math.min(api.FPDFPage_GetAnnotCount(page), 10_000); at += 1) {
    const field = api.FPDFPage_GetAnnot(page, at)
    if (field === 0) continue
    try {
      if (api.FPDFAnnot_GetSubtype(field) !== WIDGET || !TEXT_FIELDS.has(api.FPDFAnnot_GetFormFieldType(form, field))) continue
      const text = fieldValue(pdfium, form, field)
      if (text.trim() === '') continue
      const place = placeFrom(pdfium, (box) => api.FPDFAnnot_GetRect(field, box)) ?? [0, 0, 0, 0]
      fields.push({ text, place, isShown: (api.FPDFAnnot_GetFlags(field) & NOT_SHOWN) === 0 })
    } finally {
      api.FPDFPage_CloseAnnot(field)
    }
  }
  return fields
}

function fieldValue(pdfium: Pdfium, form: number, field: number): string {
  const bytes = pdfium.api.FPDFAnnot_GetFormFieldValue(form, field, 0, 0)
  if (bytes <= 2 || bytes > 2 * MOST_CHARACTERS) return ''
  return pdfium.borrow(bytes, (address) => {
    pdfium.api.FPDFAnnot_GetFormFieldValue(form, field, address, bytes)
    return new TextDecoder('utf-16le').decode(pdfium.view(address, bytes - 2).slice())
  })
}

/** Page coordinates to an upright page with its origin at the top left, in a unit of its own. */
function placer(pdfium: Pdfium, page: number): (left: number, bottom: number, right: number, top: number) => Omit<TextLine, 'text'> {
  // Thousandths of the page's sides: what reading order needs, whatever the page's size.
  const map = (x: number, y: number) => devicePoint(pdfium, page, { width: 10_000, height: 10_000 }, x, y)
  return (left, bottom, right, top) => {
    const one = map(left, bottom), other = map(right, top)
    return { left: Math.min(one.x, other.x), right: Math.max(one.x, other.x), top: Math.min(one.y, other.y), bottom: Math.max(one.y, other.y) }
  }
}

/** A line whose characters are being gathered. */
class LineUnderWay {
  #text = ''
  #left = Infinity
  #right = -Infinity
  #top = Infinity
  #bottom = -Infinity

  add(code: number, place: Omit<TextLine, 'text'> | null): void {
    // U+FFFE stands for a hyphen at the end of a line (`fpdf_text.h`).
    this.#text += code === 0xfffe || code === 2 ? '-' : code > 0x10ffff ? '' : String.fromCodePoint(code)
    if (place === null) return
    this.#left = Math.min(this.#left, place.left)
    this.#right = Math.max(this.#right, place.right)
    this.#top = Math.min(this.#top, place.top)
    this.#bottom = Math.max(this.#bottom, place.bottom)
  }

  endInto(lines: TextLine[]): void {
    const text = this.#text.trim()
    if (text !== '' && this.#left <= this.#right) lines.push({ text, left: this.#left, right: this.#right, top: this.#top, bottom: this.#bottom })
  }
}

import type { PdfLocation } from '../protocol.ts'
import type { RgbPixels } from '../../images/PixelFiles.ts'
import { openBlocks } from './FileBlocks.ts'
import type { FileBlocks } from './FileBlocks.ts'
import { pageSize } from './pageSize.ts'
import { PdfError } from './PdfError.ts'
import type { Pdfium } from './Pdfium.ts'
import { readText, textFields } from './readText.ts'
import { undrawnFonts } from './fonts/undrawn.ts'

/** Constants of PDFium's `fpdfview.h` and `fpdf_formfill.h`. */
const ERROR_PASSWORD = 4
const ERROR_SECURITY = 5
const FORMAT_BGRX = 3
const DRAW_ANNOTATIONS = 0x01
const RGB_ORDER = 0x10
const WHITE = 0xffffffff
/** What PDFium gives a page that says nothing of its size, in points. */
const UNSAID_WIDTH = 612
const UNSAID_HEIGHT = 792
/** FPDF_FILEACCESS on a 32-bit system: length, function, its parameter. */
const FILE_ACCESS_BYTES = 12

/** Released in the opposite order. */
type Releases = (() => void)[]

/** One open PDF. */
export class PdfPages {
  readonly #pdfium: Pdfium
  readonly #blocks: FileBlocks
  readonly #document: number
  /** The form's fields, without which their values are not drawn; 0 where there are none. */
  readonly #form: number
  readonly #releases: Releases

  private constructor(pdfium: Pdfium, blocks: FileBlocks, document: number, form: number, releases: Releases) {
    this.#pdfium = pdfium
    this.#blocks = blocks
    this.#document = document
    this.#form = form
    this.#releases = releases
  }

  /** Opens without a password. Throws every failure but `memory`. */
  static open(pdfium: Pdfium, location: PdfLocation): PdfPages {
    const releases: Releases = []
    try {
      const blocks = openBlocks(location)
      releases.push(() => blocks.close())
      const document = load(pdfium, blocks, releases)
      return new PdfPages(pdfium, blocks, document, loadForm(pdfium, document, releases), releases)
    } catch (error) {
      release(releases)
      throw error
    }
  }

  get count(): number {
    return this.#pdfium.api.FPDF_GetPageCount(this.#document)
  }

  /** `number` from 1. Throws `damaged`, `changed`, `fonts`. */
  look(number: number): { width: number; height: number; text: string | null } {
    return this.#withPage(number, (page) => {
      const fields = textFields(this.#pdfium, page, this.#form)
      const fonts = undrawnFonts(this.#pdfium, page, fields, () => this.#drawn(page))
      if (fonts.length > 0) throw new PdfError('fonts', fonts.join(', '))
      return { ...this.#sizeOf(page), text: readText(this.#pdfium, page, fields) }
    })
  }

  /** Upright, on white, with annotations and the values of form fields. Throws `damaged`, `changed`. */
  draw(number: number): RgbPixels {
    return this.#withPage(number, (page) => this.#drawn(page))
  }

  close(): void {
    release(this.#releases)
  }

  #drawn(page: number): RgbPixels {
    const { api } = this.#pdfium
    const { width, height } = this.#sizeOf(page)
    const bitmap = api.FPDFBitmap_CreateEx(width, height, FORMAT_BGRX, 0, 0)
    if (bitmap === 0) throw new Error(`no memory for ${width} x ${height} pixels`)
    try {
      api.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE)
      api.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, DRAW_ANNOTATIONS | RGB_ORDER)
      if (this.#form !== 0) api.FPDF_FFLDraw(this.#form, bitmap, page, 0, 0, width, height, 0, DRAW_ANNOTATIONS | RGB_ORDER)
      const stride = api.FPDFBitmap_GetStride(bitmap)
      return { width, height, data: withoutFourth(this.#pdfium.view(api.FPDFBitmap_GetBuffer(bitmap), stride * height), width, height, stride) }
    } finally {
      api.FPDFBitmap_Destroy(bitmap)
    }
  }

  /** Turned pages count as they are shown. */
  #sizeOf(page: number): { width: number; height: number } {
    return pageSize(this.#pdfium.api.FPDF_GetPageWidthF(page), this.#pdfium.api.FPDF_GetPageHeightF(page))
  }

  #withPage<T>(number: number, work: (page: number) => T): T {
    this.#blocks.check()
    const { api } = this.#pdfium
    const page = api.FPDF_LoadPage(this.#document, number - 1)
    if (page === 0) throw new PdfError('damaged', 'the page cannot be found in the file')
    try {
      if (this.#form !== 0) api.FORM_OnAfterLoadPage(page, this.#form)
      if (isNoPage(this.#pdfium, page)) throw new PdfError('damaged', 'what stands in its place in the file is no page, or a page without a size and with nothing on it')
      return work(page)
    } finally {
      if (this.#form !== 0) api.FORM_OnBeforeClosePage(page, this.#form)
      api.FPDF_ClosePage(page)
    }
  }
}

/**
 * Whether a page is made of nothing: PDFium takes any object in the tree of pages for a page, and draws an empty sheet for one that is
 * none. It does not say what an object is, but that one has neither a size (its own, or that of the tree) nor anything on it.
 */
function isNoPage(pdfium: Pdfium, page: number): boolean {
  const { api } = pdfium
  if (api.FPDF_GetPageWidthF(page) !== UNSAID_WIDTH || api.FPDF_GetPageHeightF(page) !== UNSAID_HEIGHT) return false
  if (api.FPDFPage_CountObjects(page) > 0 || api.FPDFPage_GetAnnotCount(page) > 0) return false
  return !pdfium.borrow(16, (box) => api.FPDFPage_GetMediaBox(page, box, box + 4, box + 8, box + 12))
}

function load(pdfium: Pdfium, blocks: FileBlocks, releases: Releases): number {
  const { api, inside } = pdfium
  const getBlock = inside.addFunction((...[, position = 0, target = 0, bytes = 0]) => (blocks.read(position >>> 0, pdfium.view(target, bytes)) ? 1 : 0), 'iiiii')
  releases.push(() => inside.removeFunction(getBlock))
  // PDFium reads it as long as the document is open.
  const access = inside.wasmExports.malloc(FILE_ACCESS_BYTES)
  releases.push(() => inside.wasmExports.free(access))
  new DataView(pdfium.view(access, FILE_ACCESS_BYTES).buffer).setUint32(access, blocks.size, true)
  new DataView(pdfium.view(access, FILE_ACCESS_BYTES).buffer).setUint32(access + 4, getBlock, true)
  const document = api.FPDF_LoadCustomDocument(access, '')
  if (document === 0) throw loadError(api.FPDF_GetLastError())
  releases.push(() => api.FPDF_CloseDocument(document))
  return document
}

function loadError(code: number): PdfError {
  if (code === ERROR_PASSWORD) return new PdfError('locked')
  return code === ERROR_SECURITY ? new PdfError('protected') : new PdfError('damaged', 'it has no table of pages')
}

function loadForm({ api }: Pdfium, document: number, releases: Releases): number {
  if (api.FPDF_GetFormType(document) === 0) return 0
  const info = api.PDFiumExt_OpenFormFillInfo()
  const form = api.PDFiumExt_InitFormFillEnvironment(document, info)
  releases.push(() => {
    if (form !== 0) api.PDFiumExt_ExitFormFillEnvironment(form)
    api.PDFiumExt_CloseFormFillInfo(info)
  })
  // On a screen fields get a tint; here they are to look as they are printed.
  if (form !== 0) api.FPDF_RemoveFormFieldHighlight(form)
  return form
}

function release(releases: Releases): void {
  for (let next = releases.pop(); next !== undefined; next = releases.pop()) next()
}

/** Three bytes a pixel of four, rows without padding. */
function withoutFourth(drawn: Uint8Array, width: number, height: number, stride: number): Uint8Array {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0, to = 0; y < height; y += 1) {
    for (let from = y * stride, end = from + width * 4; from < end; from += 4, to += 3) {
      data[to] = drawn[from] ?? 0
      data[to + 1] = drawn[from + 1] ?? 0
      data[to + 2] = drawn[from + 2] ?? 0
    }
  }
  return data
}

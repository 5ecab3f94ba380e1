import { AppError } from '../../contract/errors/AppError.ts'
import { pdfFileMegabytes } from '../../contract/limits.ts'
import { unreachable } from '../../platform/unreachable.ts'
import type { DocumentPage, OpenDocument } from '../extraction/ports.ts'
import type { PixelFiles } from '../images/PixelFiles.ts'
import { checkPage, checkPages } from './checkPages.ts'
import type { DocumentFile } from './DocumentFile.ts'
import { PdfCallError } from './PdfThread.ts'
import type { PdfLimits, PdfThread } from './PdfThread.ts'

/** Part of every cache key of a drawn page; to be raised whenever the same file is drawn in other pixels (a new PDFium, another size). */
const DRAWING_VERSION = 2

/** A PDF file. Its pages are drawn where they are asked for. Rejects the `DOCUMENT_*` codes, `FILE_UNREADABLE`. */
export async function pdfDocument(file: DocumentFile, pixels: PixelFiles, thread: PdfThread, signal?: AbortSignal): Promise<OpenDocument> {
  const { name } = file
  const megabytes = Math.ceil(file.size / 1e6)
  if (megabytes > pdfFileMegabytes) throw new AppError('DOCUMENT_TOO_BIG', { name, megabytes, limitMegabytes: pdfFileMegabytes })
  const sha256 = await file.hash(signal)
  const document = { key: thread.nextKey(), location: file.location }
  const asked = async <T>(page: number | null, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw error instanceof PdfCallError ? callError(error, name, page, thread.limits) : error
    }
  }
  const close = async () => {
    await thread.call('close', { key: document.key })
  }
  const { pages } = await asked(null, () => thread.call('open', { document }, signal)).catch((error: unknown) => {
    // The thread may open it all the same, with nobody waiting.
    void close().catch(() => undefined)
    throw error
  })
  try {
    checkPages(name, pages)
  } catch (error) {
    await close()
    throw error
  }
  return {
    sha256,
    name,
    pages,
    async page(number, pageSignal): Promise<DocumentPage> {
      checkPage(name, number, pages)
      const { width, height, text } = await asked(number, () => thread.call('look', { document, page: number }, pageSignal))
      const prepare = async () => await pixels.writeRgb(await asked(number, () => thread.call('draw', { document, page: number })))
      return { number, width, height, text, source: { key: `${sha256}-pdf${number}-v${DRAWING_VERSION}`, name, prepare } }
    },
    dispose: close,
  }
}

function callError(error: PdfCallError, name: string, page: number | null, limits: PdfLimits): AppError {
  const { failure, detail } = error
  const seconds = Math.round(limits.time / 1000), megabytes = Math.round(limits.memory / 1e6)
  const made = (code: AppError['code'], params: AppError['params']) => new AppError(code, params, { cause: error })
  switch (failure) {
    case 'locked':
      return made('DOCUMENT_LOCKED', { name })
    case 'protected':
      return made('DOCUMENT_PROTECTED', { name })
    case 'changed':
      return made('DOCUMENT_CHANGED', { name })
    case 'unreadable':
      return detail === 'ENOENT' ? made('IMAGE_MISSING', { name }) : made('FILE_UNREADABLE', { path: name, detail })
    case 'damaged':
      return page === null ? made('DOCUMENT_DAMAGED', { name, detail }) : made('PAGE_DAMAGED', { name, page, detail })
    case 'fonts':
      return made('PAGE_FONTS_MISSING', { name, page: page ?? 0, fonts: detail })
    case 'slow':
      return page === null ? made('DOCUMENT_TOO_SLOW', { name, seconds }) : made('PAGE_TOO_SLOW', { name, page, seconds })
    case 'memory':
      return page === null ? made('DOCUMENT_TOO_LARGE', { name, megabytes }) : made('PAGE_TOO_LARGE', { name, page, megabytes })
    default:
      return unreachable(failure)
  }
}

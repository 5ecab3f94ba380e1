import { AppError } from '../../contract/errors/AppError.ts'
import type { OpenDocument } from '../extraction/ports.ts'
import type { PixelFiles } from '../images/PixelFiles.ts'
import { documentFile } from './DocumentFile.ts'
import type { DocumentInput } from './DocumentFile.ts'
import { pdfDocument } from './pdfDocument.ts'
import type { PdfThread } from './PdfThread.ts'
import { pictureDocument } from './pictureDocument.ts'

/** Readers look for the header of a PDF in this many bytes (ISO 32000-1, Annex H, note 13 to 3.4.1); mail and web programs put lines before it. */
const HEADER_WITHIN = 1024

export interface DocumentParts {
  readonly pixels: PixelFiles
  readonly thread: PdfThread
}

/**
 * Opens a file whose pages are to be read, by what its bytes are: every picture the image services read, TIFF with several pages,
 * PDF. Nothing is drawn yet. Rejects `DOCUMENT_*`, `IMAGE_*`, `FILE_UNREADABLE`, `ABORTED`.
 */
export async function openDocument(input: DocumentInput, { pixels, thread }: DocumentParts, signal?: AbortSignal): Promise<OpenDocument> {
  const file = await documentFile(input)
  if (file.size === 0) throw new AppError('IMAGE_EMPTY', { name: file.name })
  const header = Buffer.from(await file.head(HEADER_WITHIN)).indexOf('%PDF-', 0, 'latin1')
  if (header === 0) return await pdfDocument(file, pixels, thread, signal)
  try {
    return await pictureDocument(file, pixels, signal)
  } catch (error) {
    const isPdf = header > 0 && error instanceof AppError && ['DOCUMENT_UNSUPPORTED', 'IMAGE_FILE_TOO_BIG'].includes(error.code)
    if (!isPdf) throw error
    return await pdfDocument(file, pixels, thread, signal)
  }
}

import { AppError } from '../../contract/errors/AppError.ts'
import { pagesPerDocument } from '../../contract/limits.ts'

/** Throws `DOCUMENT_NO_PAGES`, `DOCUMENT_TOO_MANY_PAGES`. */
export function checkPages(name: string, pages: number): void {
  if (pages < 1) throw new AppError('DOCUMENT_NO_PAGES', { name })
  if (pages > pagesPerDocument) throw new AppError('DOCUMENT_TOO_MANY_PAGES', { name, pages, limit: pagesPerDocument })
}

import { AppError } from '../../contract/errors/AppError.ts'
import { pagesPerDocument } from '../../contract/limits.ts'

/** Throws `DOCUMENT_NO_PAGES`, `DOCUMENT_TOO_MANY_PAGES`. */
export function checkPages(name: string, pages: number): void {
  if (pages < 1) throw new AppError('DOCUMENT_NO_PAGES', { name })
  if (pages > pagesPerDocument) throw new AppError('DOCUMENT_TOO_MANY_PAGES', { name, pages, limit: pagesPerDocument })
}

/** Whether a document of so many pages has this one, from 1. Throws `PAGE_MISSING`. */
export function checkPage(name: string, page: number, pages: number): void {
  if (!Number.isInteger(page) || page < 1 || page > pages) throw new AppError('PAGE_MISSING', { name, page, pages })
}

import type { PdfFailure } from '../protocol.ts'

/** Why a request to the thread failed; the caller adds names and makes the sentence. */
export class PdfError extends Error {
  readonly failure: PdfFailure

  constructor(failure: PdfFailure, detail = '') {
    super(detail)
    this.failure = failure
  }
}

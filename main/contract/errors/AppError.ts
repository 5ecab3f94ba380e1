import type { ErrorCode, ErrorParams } from './codes.ts'

/**
 * The one error class of the app. `code` is the contract: it picks the sentence a person reads (see `texts.ts`)
 * and the remedy the screen offers. `params` fill the sentence. `message` is for logs only and is never parsed: it leaves out how a
 * person's files and chats are called, which must not stay in a log after they were deleted.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly params: ErrorParams

  constructor(code: ErrorCode, params: ErrorParams = {}, options?: { cause?: unknown }) {
    super(`${code} ${JSON.stringify(params, withoutNames)}`, options)
    this.code = code
    this.params = params
  }
}

/** Parameters that hold names of files and chats. */
const names = new Set(['name', 'first', 'chat', 'text'])

function withoutNames(key: string, value: unknown): unknown {
  return names.has(key) ? undefined : value
}

/** What crosses a process or network boundary in place of an `AppError`: data, no class. */
export interface ErrorData {
  readonly code: ErrorCode
  readonly params: ErrorParams
}

/** An `AppError` for anything thrown: itself where it is one, else `INTERNAL` with the cause kept for the log. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  return new AppError('INTERNAL', { detail: thrown instanceof Error ? thrown.message : String(thrown) }, { cause: thrown })
}

/** Whether something thrown is a cancellation, which is never shown as an error. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown.name === 'AbortError' || (thrown instanceof AppError && thrown.code === 'ABORTED'))
}

import { AppError, isAbort, toAppError } from '../../contract/errors/AppError.ts'
import type { NativeErrorCode } from '../native/binding.d.ts'

/** The `AppError` for an error of the addon (told by its `code`), or for anything else thrown. */
export function toEngineError(thrown: unknown): AppError {
  if (thrown instanceof AppError || !(thrown instanceof Error)) return toAppError(thrown)
  const detail = thrown.message
  // V8's own words where there is no room for a picture's pixels ("Array buffer allocation failed").
  if (thrown instanceof RangeError && /allocation failed/i.test(detail)) return new AppError('OUT_OF_MEMORY', { detail }, { cause: thrown })
  switch ((thrown as Error & { code?: NativeErrorCode }).code) {
    case 'ABORTED':
      return new AppError('ABORTED', {}, { cause: thrown })
    case 'OUT_OF_MEMORY':
      return new AppError('OUT_OF_MEMORY', { detail }, { cause: thrown })
    case 'DISPOSED':
      return new AppError('ENGINE_STOPPED', {}, { cause: thrown })
    case 'GRAMMAR_INVALID':
      return new AppError('GRAMMAR_INVALID', { detail }, { cause: thrown })
    case 'BAD_ARGUMENT':
      return new AppError('BAD_INPUT', { detail }, { cause: thrown })
    case 'LOAD_FAILED':
    case 'NO_KV_SLOT':
    case 'DECODE_FAILED':
    case 'ENCODE_FAILED':
      return new AppError('ENGINE_FAILED', { detail }, { cause: thrown })
    case undefined:
    default: // the code of a system error, e.g. ENOENT
      return toAppError(thrown)
  }
}

/** Whether something thrown, by the addon or by us, is a cancellation. */
export function isAborted(thrown: unknown): boolean {
  return isAbort(thrown) || (thrown instanceof Error && (thrown as Error & { code?: NativeErrorCode }).code === 'ABORTED')
}

/** Those of a step's entries that fail with it: the one the addon's error blames, after which the others stand where they stood; all where it blames none. */
export function blamed<T>(thrown: unknown, entries: readonly T[]): readonly T[] {
  const index = thrown instanceof Error && 'entry' in thrown ? thrown.entry : null
  return typeof index === 'number' ? entries.slice(index, index + 1) : entries
}

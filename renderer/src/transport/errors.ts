import { ORPCError } from '@orpc/client'
import { AppError, toAppError } from '../../../main/contract/errors/AppError.ts'
import { errorCodes, type ErrorCode, type ErrorParams } from '../../../main/contract/errors/codes.ts'

const known: ReadonlySet<string> = new Set(errorCodes)

/** Whether a text is one of the contract's error codes. */
export function isErrorCode(code: string): code is ErrorCode {
  return known.has(code)
}

/** The `AppError` behind anything a call can throw: the contract's own, a refusal by the transport, or a defect. */
export function readError(thrown: unknown): AppError {
  if (!(thrown instanceof ORPCError)) return toAppError(thrown)
  const carried = readErrorData(thrown.data)
  if (carried !== null) return carried
  if (thrown.code === 'BAD_REQUEST') return new AppError('BAD_INPUT', { detail: thrown.message }, { cause: thrown })
  return new AppError('INTERNAL', { detail: thrown.message }, { cause: thrown })
}

function readErrorData(data: unknown): AppError | null {
  if (typeof data !== 'object' || data === null || !('code' in data) || !('params' in data)) return null
  const { code, params } = data
  if (typeof code !== 'string' || !isErrorCode(code)) return null
  return new AppError(code, typeof params === 'object' && params !== null ? (params as ErrorParams) : {})
}

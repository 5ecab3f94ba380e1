import { implement, ORPCError, ValidationError } from '@orpc/server'
import { api } from '../contract/api.ts'
import { AppError, isAbort, toAppError } from '../contract/errors/AppError.ts'
import type { Services } from '../services/createServices.ts'

export type ApiImplementer = ReturnType<typeof implementApi>

/**
 * What every handler is made with. What a service throws crosses as the contract's error `APP` with code and parameters;
 * what nobody expected becomes `INTERNAL` and is logged with its cause. A cancellation passes as it is: it is no error.
 */
export function implementApi(services: Pick<Services, 'logger'>) {
  const os = implement(api).use(async ({ next, path }) => {
    try {
      return await next()
    } catch (error) {
      throw toWire(error, services, path)
    }
  })
  /** A stream fails while it is read, after the handler returned. */
  async function* stream<T>(path: string, source: AsyncGenerator<T, void, undefined>): AsyncGenerator<T, void, undefined> {
    try {
      yield* source
    } catch (error) {
      throw toWire(error, services, [path])
    }
  }
  return { os, stream }
}

/** What crosses the boundary in place of something thrown. */
function toWire(thrown: unknown, { logger }: Pick<Services, 'logger'>, path: readonly string[]): unknown {
  if (isAbort(thrown)) return thrown
  const error = thrown instanceof ORPCError ? badInput(thrown as ORPCError<string, unknown>) : toAppError(thrown)
  if (error === null) {
    // An answer of ours that does not fit the contract, most of all: a mistake nobody else would hear of.
    logger.error(`Route ${path.join('.')} failed`, { error: thrown })
    return thrown
  }
  if (error.code === 'INTERNAL') logger.error(`Route ${path.join('.')} failed`, { error })
  return new ORPCError('APP', { defined: true, message: error.code, data: { code: error.code, params: { ...error.params } } })
}

/** oRPC's complaint about an input that does not fit the contract; null for any other error of oRPC, which stays as it is. */
function badInput(error: ORPCError<string, unknown>): AppError | null {
  if (error.code !== 'BAD_REQUEST' || !(error.cause instanceof ValidationError)) return null
  const [issue] = error.cause.issues
  const where = issue?.path?.map((key) => String(typeof key === 'object' ? key.key : key)).join('.') ?? ''
  return new AppError('BAD_INPUT', { detail: `${where}: ${issue?.message ?? error.message}` }, { cause: error })
}

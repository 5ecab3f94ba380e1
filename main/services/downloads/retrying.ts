import { AppError } from '../../contract/errors/AppError.ts'
import type { Clock } from '../../platform/clock.ts'

/** How long to put up with a server or a network that fails. Milliseconds. */
export interface RetryRules {
  /** Failures in a row, without progress between them, until it is given up. */
  readonly attempts: number
  /** After the first failure; doubled after each further one. */
  readonly firstWait: number
  /** A server may ask for a longer pause than this; then the person is told instead. */
  readonly longestPause: number
}

/** Some fifteen seconds of trouble without a byte between. */
export const retryRules: RetryRules = { attempts: 5, firstWait: 1000, longestPause: 60_000 }

export interface Retry {
  readonly clock: Clock
  readonly rules: RetryRules
  readonly signal: AbortSignal
  /** Bytes that are there; more than at any time before means that it was worth trying. */
  readonly progress?: () => number
}

/** Enough bytes to count as progress: a server that drops every connection after a few would be asked for ever. */
export const WORTH_IT = 64 * 1024

/** Does the work again after failures that may pass. Rejects with the last one, or with the signal's reason. */
export async function retrying<T>(work: () => Promise<T>, { clock, rules, signal, progress = () => 0 }: Retry): Promise<T> {
  let furthest = progress()
  for (let failures = 1; ; failures += 1) {
    try {
      return await work()
    } catch (error) {
      signal.throwIfAborted()
      if (!mayPass(error)) throw error
      if (progress() >= furthest + WORTH_IT) {
        furthest = progress()
        failures = 1
      }
      const wait = pauseAskedFor(error) ?? rules.firstWait * 2 ** (failures - 1)
      if (failures >= rules.attempts || wait > rules.longestPause) throw error
      await clock.sleep(wait, signal)
      signal.throwIfAborted()
    }
  }
}

/** Whether the same request may succeed later, without anybody doing anything. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof AppError)) return false
  if (error.code === 'HUB_FAILED') return typeof error.params['status'] === 'number' && error.params['status'] >= 500
  return error.code === 'HUB_UNREACHABLE' || error.code === 'HUB_BUSY' || error.code === 'DOWNLOAD_INTERRUPTED'
}

function pauseAskedFor(error: unknown): number | null {
  return error instanceof AppError && error.code === 'HUB_BUSY' ? Number(error.params['seconds']) * 1000 : null
}

import { AppError } from '../contract/errors/AppError.ts'

/** What `work` comes to, or rejects `ABORTED` as soon as `signal` aborts: for work that others may share, and that goes on without this caller. */
export async function unlessAborted<T>(work: T | Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(new AppError('ABORTED'))
  })
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  try {
    return await Promise.race([aborted, work])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

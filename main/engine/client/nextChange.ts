import { AppError } from '../../contract/errors/AppError.ts'

/** Resolves at the next call of a listener; rejects `ABORTED` where the signal comes first. `subscribe` returns what ends the subscription. */
export async function nextChange(subscribe: (listener: () => void) => () => void, signal?: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const done = () => {
      leave()
      signal?.removeEventListener('abort', aborted)
    }
    const leave = subscribe(() => {
      done()
      resolve()
    })
    const aborted = () => {
      done()
      reject(new AppError('ABORTED'))
    }
    signal?.addEventListener('abort', aborted, { once: true })
  })
}

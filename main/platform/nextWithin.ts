import type { Clock } from './clock.ts'
import type { Notifier } from './Notifier.ts'

/** Resolves at the next `notify`, after so many milliseconds, or when `signal` aborts; whichever comes first. Never rejects. */
export async function nextWithin(notifier: Notifier, clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController()
  const end = () => over.abort()
  // A listener that is taken away again: AbortSignal.any would leave one behind on a signal that lives as long as the app.
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()
  await Promise.race([notifier.next(over.signal), clock.sleep(milliseconds, over.signal)])
  signal.removeEventListener('abort', end)
  end()
}

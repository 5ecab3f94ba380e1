/** Looks at once and then after every interval (milliseconds) until the signal aborts, but not while the page lies hidden. `look` must not reject. */
export async function lookAgain(interval: number, signal: AbortSignal, look: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    if (document.visibilityState === 'visible') await look()
    await nextLook(interval, signal)
  }
}

/** Resolves when it is time to look again: after the interval, or as soon as the page comes to the front. */
function nextLook(interval: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', end)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, interval)
    document.addEventListener('visibilitychange', end)
    signal.addEventListener('abort', end)
  })
}

/** npm and the terminal both pass Ctrl+C on, so one press can arrive twice within moments. */
const samePressMilliseconds = 300

/**
 * Calls `stop` on the first Ctrl+C, SIGTERM or hang-up, and `kill` on a later one or where `stop` takes longer than `budget`.
 * @returns Ends the watch.
 */
export function onStopSignal(stop: () => void, kill: () => void, budget = 5000): () => void {
  let first: number | null = null
  const onSignal = (): void => {
    if (first === null) {
      first = Date.now()
      setTimeout(kill, budget).unref()
      stop()
    } else if (Date.now() - first > samePressMilliseconds) kill()
  }
  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, onSignal)
  return () => {
    for (const signal of signals) process.off(signal, onSignal)
  }
}

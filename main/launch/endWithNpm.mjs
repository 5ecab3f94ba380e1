/**
 * Ends this process when the npm that started it is gone. npm passes SIGTERM on to the shell between us alone, which ends
 * without passing it further; a server nobody can see would stay behind.
 */
export function endWithNpm() {
  if (process.env['npm_lifecycle_event'] === undefined) return
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM')
  }, 500).unref()
}

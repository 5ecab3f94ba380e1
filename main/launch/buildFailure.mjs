/** Exit code where model or engine cannot run, the same as the command line's. */
const engineFailed = 3

/**
 * Says in one sentence why the build did not come about; the trace only on request.
 * @param {unknown} error
 * @param {boolean} verbose
 * @returns {number} The exit code.
 */
export function reportBuildFailure(error, verbose) {
  const message = error instanceof Error ? error.message : String(error)
  process.stderr.write(`LLaVA Desk could not be built: ${message}\n`)
  if (verbose && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  return engineFailed
}

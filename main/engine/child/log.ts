/** Writes a line to stderr, which the supervisor reads; the level stands in front. Nothing is ever written to stdout. */
export function log(level: 'debug' | 'info' | 'warn' | 'error', text: string): void {
  for (const line of text.trimEnd().split('\n')) process.stderr.write(`[${level}] ${line}\n`)
}

import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

/** Figures and names that belong to a line. Never the text of a question or answer, never a picture. */
export type LogFields = Readonly<Record<string, unknown>>

/** Where the parts of the app write what happened. */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

/** Takes one finished line without its line end. Must not throw. */
export type LogSink = (line: string, level: LogLevel) => void

/** A logger that writes `time LEVEL message {fields}` to every sink; lines below `level` are dropped. */
export function createLogger(sinks: readonly LogSink[], level: LogLevel = 'info', now: () => Date = () => new Date()): Logger {
  const lowest = logLevels.indexOf(level)
  const write = (at: LogLevel) => (message: string, fields?: LogFields) => {
    if (logLevels.indexOf(at) < lowest) return
    const line = `${now().toISOString()} ${at.toUpperCase().padEnd(5)} ${message}${fields === undefined ? '' : ` ${inJson(fields)}`}`
    for (const sink of sinks) sink(line, at)
  }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

/** Drops everything; for tests and for callers that bring none. */
export const silentLogger: Logger = createLogger([])

/** Writes lines to stderr, where they stay apart from what a command prints as its result. */
export const stderrSink: LogSink = (line) => {
  process.stderr.write(`${line}\n`)
}

/**
 * Appends lines to `path`; at `maxBytes` the file moves to `<path>.1` (and so on up to `keep`) and a new one starts.
 * Written synchronously, so that the lines before a crash are there after it. A log that cannot be written is no reason
 * to stop the app: after the first failure the sink stays silent.
 */
export function rotatingFileSink(path: string, maxBytes = 2_000_000, keep = 2): LogSink {
  let size: number | null = null
  let broken = false
  return (line) => {
    if (broken) return
    try {
      if (size === null) mkdirSync(dirname(path), { recursive: true })
      size ??= statSync(path, { throwIfNoEntry: false })?.size ?? 0
      if (size > maxBytes) {
        rotate(path, keep)
        size = 0
      }
      appendFileSync(path, `${line}\n`)
      size += Buffer.byteLength(line) + 1
    } catch {
      broken = true
    }
  }
}

function rotate(path: string, keep: number): void {
  rmSync(`${path}.${keep}`, { force: true })
  for (let n = keep - 1; n >= 0; n -= 1) {
    const from = n === 0 ? path : `${path}.${n}`
    if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, `${path}.${n + 1}`)
  }
}

function inJson(fields: LogFields): string {
  return JSON.stringify(fields, (_key, value: unknown) => {
    if (value instanceof Error) return withCauses(value)
    return typeof value === 'bigint' ? value.toString() : value
  })
}

/** An error's stack, with those of the errors it was caused by. */
export function withCauses(error: Error): string {
  const own = error.stack ?? error.message
  return error.cause instanceof Error ? `${own}\nCaused by: ${withCauses(error.cause)}` : own
}

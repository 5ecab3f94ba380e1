import { AppError } from '../../contract/errors/AppError.ts'
import type { Answer } from '../hub/HubConnection.ts'

/** The file on the server is not the one the transfer began with. */
export class VersionChanged extends Error {
  override readonly name = 'VersionChanged'
}

/** The server sends whole files only, whatever range is asked for. */
export class NoRanges extends Error {
  override readonly name = 'NoRanges'
}

export interface Asked {
  /** First and last byte. */
  readonly start: number
  readonly end: number
  /** Of the whole file. */
  readonly bytes: number
  /** Whether the whole file will do as an answer. */
  readonly asStream: boolean
  /** Name of the file for people. */
  readonly name: string
}

/** What the body of an answer holds: the first and last byte, and the version as this server names it. */
export interface Span {
  readonly from: number
  readonly until: number
  readonly etag: string | null
}

/**
 * Judges an answer to a request for bytes by its headers alone. Throws `VersionChanged` where they speak of a file of
 * another size, `NoRanges` where the answer is the whole file and that will not do, `DOWNLOAD_INTERRUPTED` where they
 * make no sense.
 */
export function checkAnswer({ status, headers }: Pick<Answer, 'status' | 'headers'>, asked: Asked): Span {
  const etag = headers['etag'] ?? null
  const broken = (detail: string) => new AppError('DOWNLOAD_INTERRUPTED', { name: asked.name, detail })
  // The range lies within the file as it was: the file is not what it was.
  if (status === 416) throw new VersionChanged()
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') throw broken('compressed by the server')
  if (status === 206) {
    const [, from, until, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers['content-range'] ?? '') ?? []
    if (from === undefined || until === undefined) throw broken('an answer without a range')
    if (total !== '*' && Number(total) !== asked.bytes) throw new VersionChanged()
    if (Number(from) !== asked.start || Number(until) > asked.end || Number(until) < asked.start) throw broken('another range than asked for')
    return { from: asked.start, until: Number(until), etag }
  }
  if (status !== 200) throw broken(`status ${status}`)
  const length = headers['content-length']
  if (length !== undefined && Number(length) !== asked.bytes) throw new VersionChanged()
  const isWhole = asked.start === 0 && asked.end === asked.bytes - 1
  if (!asked.asStream && !isWhole) throw new NoRanges()
  return { from: 0, until: asked.bytes - 1, etag }
}

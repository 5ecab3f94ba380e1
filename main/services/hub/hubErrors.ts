import { AppError } from '../../contract/errors/AppError.ts'
import type { FileAddress } from '../../storage/checksums.ts'

/** Headers of an answer; names in small letters. */
export type Headers = Readonly<Record<string, string | undefined>>

/** What an answer is about; an empty path means the repository itself. */
export type Subject = FileAddress

/** A pause nobody named; long enough for a limit per minute to pass. */
const DEFAULT_PAUSE = 60

/** An answer that is not what was asked for, as the error a person can act on. */
export function statusError(status: number, headers: Headers, host: string, subject: Subject, now: number): AppError {
  const { repository, path } = subject
  const isMissing = headers['x-error-code'] === 'RepoNotFound' || headers['x-error-code'] === 'RevisionNotFound'
  switch (status) {
    case 401:
      // The hub does not tell strangers apart what is private and what does not exist.
      return isMissing ? repositoryMissing(subject) : new AppError('HUB_NEEDS_TOKEN', { repository })
    case 403:
      return new AppError('HUB_NO_ACCESS', { repository })
    case 404:
      return isMissing || path === '' ? repositoryMissing(subject) : new AppError('HUB_FILE_MISSING', { repository, path })
    case 429:
      return new AppError('HUB_BUSY', { host, seconds: retryAfter(headers, now) ?? DEFAULT_PAUSE })
    default:
      return new AppError('HUB_FAILED', { host, status })
  }
}

function repositoryMissing({ repository, revision }: Subject): AppError {
  return new AppError('HUB_REPOSITORY_MISSING', { repository: revision === 'main' ? repository : `${repository}@${revision}` })
}

/** What kept an answer from coming at all, with the host it was expected from. */
export function unreachable(thrown: unknown, host: string): AppError {
  return new AppError('HUB_UNREACHABLE', { host, detail: reasonOf(thrown) }, { cause: thrown })
}

/** A short name of a network failure: the system's code, else the message. */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  if ('code' in thrown && typeof thrown.code === 'string') return TIMEOUTS.has(thrown.code) ? 'timeout' : thrown.code
  return thrown.cause instanceof Error ? reasonOf(thrown.cause) : thrown.message
}

const TIMEOUTS = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'])

/** Seconds to wait as `Retry-After` names them: a number, or a date. Null where it names none. */
export function retryAfter(headers: Headers, now: number): number | null {
  const text = headers['retry-after']
  if (text === undefined) return null
  if (/^\d+$/.test(text)) return Number(text)
  const date = Date.parse(text)
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now) / 1000))
}

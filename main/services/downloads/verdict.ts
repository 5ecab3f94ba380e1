import type { DownloadRequest } from '../../contract/domains/download.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { ErrorCode } from '../../contract/errors/codes.ts'
import type { DownloadFile } from '../../storage/downloads.ts'

const AGAINST_MODEL: ReadonlySet<ErrorCode> = new Set(['MODEL_NOT_GGUF', 'MODEL_DAMAGED', 'MODEL_IS_PROJECTOR', 'MODEL_IS_ADAPTER'])
const AGAINST_PROJECTOR: ReadonlySet<ErrorCode> = new Set(['PROJECTOR_NOT_GGUF', 'PROJECTOR_DAMAGED', 'PROJECTOR_IS_MODEL'])

/** What follows from an inspection that failed. */
export interface Verdict {
  /** Files of these roles are not what they were fetched as, and are not kept. */
  readonly removed: readonly DownloadFile['role'][]
  /** What the download of these taught is not held to any more: the hub may yet put a right file in their place. */
  readonly unlearnt: readonly DownloadFile['role'][]
}

/**
 * Only what is wrong with the bytes of a file costs the file. A file that is away, a disk that fails, and a sound file this
 * version cannot use say nothing against gigabytes that were fetched; nor do two files that were paired by hand, each of which
 * may be wanted with another one.
 */
export function verdictOf(error: unknown, request: DownloadRequest): Verdict {
  const code = error instanceof AppError ? error.code : null
  if (code === null) return { removed: [], unlearnt: [] }
  if (AGAINST_MODEL.has(code)) return { removed: ['model'], unlearnt: ['model'] }
  if (AGAINST_PROJECTOR.has(code)) return { removed: ['projector'], unlearnt: ['projector'] }
  // Somebody else paired them, and one of the two is not what it was then.
  if (code === 'PROJECTOR_WIDTH_MISMATCH' && request.type !== 'repository') return { removed: ['projector'], unlearnt: ['model', 'projector'] }
  return { removed: [], unlearnt: [] }
}

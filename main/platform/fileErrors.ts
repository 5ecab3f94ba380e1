import { AppError } from '../contract/errors/AppError.ts'

/** The system's code of a failed file operation ("ENOENT"), or null for any other error. */
export function systemCode(thrown: unknown): string | null {
  if (!(thrown instanceof Error) || thrown instanceof AppError || !('code' in thrown)) return null
  return typeof thrown.code === 'string' ? thrown.code : null
}

/** A failed write to `path` as the error a person can act on; anything else is returned as it is. */
export function writeError(thrown: unknown, path: string): unknown {
  // Node reports a recursive `mkdir` on a read-only file system as ENOENT (seen with Node 20); EEXIST: a file has its place.
  if (['ENOENT', 'EEXIST'].includes(systemCode(thrown) ?? '') && isMkdir(thrown)) return new AppError('FOLDER_NOT_WRITABLE', { path }, { cause: thrown })
  const code = systemCode(thrown) ?? ''
  if (['ENOSPC', 'EDQUOT'].includes(code)) return new AppError('DISK_FULL', { path }, { cause: thrown })
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'].includes(code)) return new AppError('FOLDER_NOT_WRITABLE', { path }, { cause: thrown })
  return thrown
}

function isMkdir(thrown: unknown): boolean {
  return thrown instanceof Error && 'syscall' in thrown && thrown.syscall === 'mkdir'
}

/** A failed deletion of `path` as the error a person can act on; anything else is returned as it is. */
export function deleteError(thrown: unknown, path: string): unknown {
  // Windows: another program holds it open just now.
  return systemCode(thrown) === 'EBUSY' ? readError(thrown, path) : writeError(thrown, path)
}

/** A failed read of `path` as the error a person can act on; anything else is returned as it is. */
export function readError(thrown: unknown, path: string): unknown {
  const code = systemCode(thrown)
  if (code === null) return thrown
  if (code === 'ENOENT' || code === 'ENOTDIR') return new AppError('FILE_MISSING', { path }, { cause: thrown })
  return new AppError('FILE_UNREADABLE', { path, detail: code }, { cause: thrown })
}

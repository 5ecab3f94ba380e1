import { mkdir, statfs } from 'node:fs/promises'
import { AppError } from '../../contract/errors/AppError.ts'
import { writeError } from '../../platform/fileErrors.ts'

/** Bytes left free beside what is downloaded: the system and the database need some. */
export const ROOM_BYTES = 1_000_000_000

/** Rejects `DISK_TOO_SMALL` where the disk of this folder has not that many bytes free, and `FOLDER_NOT_WRITABLE`. Creates the folder. */
export async function checkFreeSpace(folder: string, bytes: number): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw writeError(error, folder)
  }
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free >= bytes) return
  throw new AppError('DISK_TOO_SMALL', { path: folder, needed: gigabytes(bytes, Math.ceil), free: gigabytes(free, Math.floor) })
}

/** With one decimal, rounded to the side of caution. */
function gigabytes(bytes: number, round: (value: number) => number): number {
  return round(bytes / 1e8) / 10
}

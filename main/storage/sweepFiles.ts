import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Deletes the files in the sub-folders of `folder` that nobody knows: left by a kill between a file and its row, or made
 * by an older version. Files changed since `before` stay, since another process may be about to write their row.
 * Returns how many were deleted.
 */
export function sweepFiles(folder: string, isKnown: (name: string) => boolean, before: number): number {
  let deleted = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || isKnown(entry.name) || (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? before) >= before) continue
    rmSync(path, { force: true })
    deleted += 1
  }
  return deleted
}

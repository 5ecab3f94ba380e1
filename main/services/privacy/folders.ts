import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../../platform/fileErrors.ts'

/**
 * Files in a folder and all below it whose names count; none where there is no such folder. Of one that cannot be looked into, the folder
 * itself: nobody may say that it is empty.
 */
export async function filesIn(folder: string, counts: (name: string) => boolean, deep = true): Promise<string[]> {
  const entries = await readdir(folder, { recursive: deep, withFileTypes: true }).catch((error: unknown) => (systemCode(error) === 'ENOENT' ? [] : null))
  if (entries === null) return [folder]
  return entries.filter((entry) => !entry.isDirectory() && counts(entry.name)).map((entry) => join(entry.parentPath, entry.name))
}

/** Deletes them, and returns those that could not be deleted. */
export async function emptyFolder(folder: string, counts: (name: string) => boolean, deep = true): Promise<string[]> {
  const left: string[] = []
  for (const path of await filesIn(folder, counts, deep)) await rm(path, { force: true }).catch(() => left.push(path))
  return left
}

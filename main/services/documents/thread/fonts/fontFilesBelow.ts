import { readdirSync } from 'node:fs'
import type { Dirent } from 'node:fs'
import { join } from 'node:path'

/** Folders in folders: families of fonts lie three or four deep. */
const DEEPEST = 12

/**
 * The files in a folder and in the folders below it. A folder that is not there, or not ours to read, has none, and hides none of its
 * neighbours'. Links to folders are not followed, since they may lead round in circles; links to files count as files.
 */
export function fontFilesBelow(folder: string): string[] {
  const files: string[] = []
  const waiting = [{ path: folder, depth: 0 }]
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    for (const entry of entriesOf(next.path)) {
      const path = join(next.path, entry.name)
      if (!entry.isDirectory()) files.push(path)
      else if (next.depth < DEEPEST) waiting.push({ path, depth: next.depth + 1 })
    }
  }
  return files
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true, encoding: 'utf8' })
  } catch {
    return []
  }
}

import path from 'node:path'
import type { PlatformPath } from 'node:path'

/** Whether a path means one place, wherever this process runs. On Windows one without a drive or a server (`\x`) depends on the current drive. */
export function isWholePath(given: string, system: PlatformPath = path): boolean {
  return system.isAbsolute(given) && (system.sep === '/' || system.parse(given).root.length > 1)
}

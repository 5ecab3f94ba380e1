import { modelFile } from '../../platform/paths.ts'
import type { Store } from '../../storage/Store.ts'

/**
 * Paths of the files that unfinished downloads name, but for one download: also of those that lie there already, which such a
 * download counts on.
 */
export function unfinishedFiles(downloads: Pick<Store['downloads'], 'list'>, models: string, except: string | null = null): ReadonlySet<string> {
  const others = downloads.list().filter(({ id, state }) => id !== except && state !== 'done')
  return new Set(others.flatMap(({ files }) => files.map((file) => modelFile(models, file.repository, file.path))))
}

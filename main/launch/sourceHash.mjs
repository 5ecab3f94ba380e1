import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/** Folders whose contents are in no bundle: the addon has its own builder and cache. */
const skippedFolders = new Set(['node_modules', 'native'])

/**
 * Every file under `path` that can end up in a bundle, in a stable order.
 * @param {string} path
 * @returns {string[]}
 */
function filesUnder(path) {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return []
  if (found.isFile()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !(entry.isDirectory() && skippedFolders.has(entry.name)) && !/\.test\.[a-z]+$/.test(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => filesUnder(join(path, entry.name)))
}

/**
 * A hash over names and contents, so that a touched or freshly cloned file does not cause a build and a changed one does.
 * @param {string} root
 * @param {readonly string[]} sources Files and folders relative to `root`; a missing one counts as absent.
 * @returns {string} Hex.
 */
export function sourceHash(root, sources) {
  const hash = createHash('sha256')
  for (const source of sources)
    for (const file of filesUnder(join(root, source)))
      hash.update(relative(root, file).split(sep).join('/')).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withLock } from '../engine/native/build/lock.mjs'
import { sourceHash } from './sourceHash.mjs'

/**
 * Builds the app's bundles where their sources changed: `out/main` (hosts, engine process, PDF thread), `out/preload`, `out/renderer`.
 * @typedef {import('./bundles.mjs').Part} Part
 * @typedef {(line: string) => void} Log
 */

/** The clone. */
export const root = resolve(import.meta.dirname, '../..')

/** What every bundle depends on besides its own sources. */
const common = ['package.json', 'package-lock.json', 'main/launch/bundles.mjs', 'main/launch/build.mjs']

/** @type {Record<Part, { sources: string[], marker: string, label: string }>} */
const parts = {
  // The addon's folder counts for nothing, but for this file of it that is bundled.
  main: { sources: [...common, 'main', 'main/engine/native/packageName.mjs'], marker: 'index.js', label: 'program' },
  preload: { sources: [...common, 'preload'], marker: 'index.cjs', label: 'preload script' },
  renderer: { sources: [...common, 'renderer', 'main/contract', 'svelte.config.js'], marker: 'index.html', label: 'page' },
}

/** @type {readonly Part[]} */
export const allParts = ['main', 'preload', 'renderer']

/** @param {Part} part */
const stampPath = (part) => join(root, 'out/.stamps', part)

/**
 * @param {Part} part
 * @param {string} hash
 */
function isFresh(part, hash) {
  const stamp = stampPath(part)
  return existsSync(join(root, 'out', part, parts[part].marker)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash
}

/**
 * @param {Part} part
 * @param {string} outDir
 */
async function bundle(part, outDir) {
  const [vite, bundles] = await Promise.all([import('vite'), import('./bundles.mjs')])
  switch (part) {
    case 'main':
      await vite.build(bundles.mainBundle(root, outDir))
      await vite.build(bundles.engineBundle(root, outDir))
      await vite.build(bundles.pdfBundle(root, outDir))
      await vite.build(bundles.heifBundle(root, outDir))
      return
    case 'preload':
      await vite.build(bundles.preloadBundle(root, outDir))
      return
    case 'renderer':
      await vite.build(await bundles.rendererBundle(root, outDir))
      return
    default:
      throw new Error(`unknown part ${String(part)}`)
  }
}

/**
 * Builds into a folder beside and swaps it in when done, so that a failed build leaves the last good one.
 * @param {Part} part
 * @param {Log} log
 */
async function buildPart(part, log) {
  const hash = sourceHash(root, parts[part].sources)
  if (isFresh(part, hash)) return
  log(`Building the ${parts[part].label} ...`)
  const started = performance.now()
  const fresh = join(root, 'build/app', part), target = join(root, 'out', part)
  rmSync(fresh, { recursive: true, force: true })
  await bundle(part, fresh)
  mkdirSync(dirname(stampPath(part)), { recursive: true })
  rmSync(stampPath(part), { force: true })
  rmSync(target, { recursive: true, force: true })
  renameSync(fresh, target)
  writeFileSync(stampPath(part), hash)
  log(`Built the ${parts[part].label} in ${((performance.now() - started) / 1000).toFixed(1)} s.`)
}

/**
 * Brings the bundles up to date. A fast no-op where nothing changed.
 * @param {{ parts?: readonly Part[], log: Log }} options
 */
export async function buildApp({ parts: wanted = allParts, log }) {
  if (wanted.every((part) => isFresh(part, sourceHash(root, parts[part].sources)))) return
  mkdirSync(join(root, 'build'), { recursive: true })
  await withLock(join(root, 'build/app.lock'), log, async () => {
    for (const part of wanted) await buildPart(part, log)
  })
}

/**
 * Builds the addon of every installed library variant that lacks it.
 * @param {Log} log
 */
export async function buildAddon(log) {
  // Loaded late: most commands need the bundles alone.
  const { ensureAddon } = await import('../engine/native/build/ensureAddon.mjs')
  await ensureAddon({ root, log })
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const log = (/** @type {string} */ line) => process.stderr.write(`${line}\n`)
  await buildApp({ log })
  if (!process.argv.includes('--app-only')) await buildAddon(log)
}

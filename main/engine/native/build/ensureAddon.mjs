/**
 * Builds the native addon on the user's machine, once: libmtmd (from the llama.cpp source that node-llama-cpp ships as a git
 * bundle, with our patches) and our bindings, linked against node-llama-cpp's prebuilt libraries, one file per installed
 * library variant: `out/native/<variant>/llava-desk.node`.
 *
 * An addon names its libraries without a path and finds them among those already in the process. So it is loaded after
 * node-llama-cpp's libraries of the same variant, by the engine's child process alone (`main/engine/child/binding`).
 */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { compile } from './compile.mjs'
import { collectInputs, isUpToDate } from './inputs.mjs'
import { install } from './install.mjs'
import { withLock } from './lock.mjs'
import { progressLine } from './progress.mjs'
import { prepareSource } from './source.mjs'
import { findTools } from './tools.mjs'
import { findVariants } from './variants.mjs'

/**
 * @typedef {object} BuildOptions
 * @property {string} root The project's folder, with `node_modules`.
 * @property {(line: string) => void} log Takes one line of progress at a time, for a person to read.
 * @property {readonly string[]} [variants] Which to build; all whose libraries are installed unless given.
 * @property {readonly string[]} [withoutPatches] Names of patches to leave out, as in the folder `patches` with or without
 *   ".patch". For tests that show what a patch is good for; needs an `outDir` of its own.
 * @property {string} [outDir] Where the variants' folders go; `<root>/out/native` unless given.
 */

/** How many build folders stay, the newest included. */
const KEPT_BUILDS = 2

/**
 * Returns at once where everything is up to date; else builds. Safe to call from several processes at the same time.
 * Throws an Error with the code `TOOL_MISSING` where git, CMake or a C++ compiler is missing, `NO_LIBRARIES` where
 * node-llama-cpp's libraries for this platform are, `BUILD_FAILED` where the compiler fails.
 * @param {BuildOptions} options
 * @returns {Promise<{ built: boolean, addons: Record<string, string> }>} Paths by variant.
 */
export async function ensureAddon({ root, log, variants, withoutPatches = [], outDir = join(root, 'out', 'native') }) {
  if (withoutPatches.length > 0 && outDir === join(root, 'out', 'native')) {
    throw new Error('An addon without some patches needs an outDir of its own.')
  }
  const wanted = findVariants(root).filter(({ name }) => variants?.includes(name) ?? true)
  if (wanted.length === 0) throw noLibraries()
  const inputs = collectInputs(root, withoutPatches)
  const addons = Object.fromEntries(wanted.map(({ name }) => [name, join(outDir, name, 'llava-desk.node')]))
  if (isUpToDate(outDir, wanted, inputs)) return { built: false, addons }

  const cache = join(root, 'build', 'native')
  mkdirSync(cache, { recursive: true })
  return await withLock(join(cache, 'lock'), log, async () => {
    if (isUpToDate(outDir, wanted, inputs)) return { built: false, addons }
    const tools = findTools()
    const folder = join(cache, inputs.folder)
    log(progressLine(0))
    const source = await prepareSource(root, folder, withoutPatches)
    await compile({ root, folder, source, variants: wanted, tools, log })
    install(folder, outDir, wanted, inputs)
    removeOldBuilds(cache, inputs.folder)
    log('Building the image engine: done')
    return { built: true, addons }
  })
}

/** @returns {Error} */
function noLibraries() {
  const message = `No prebuilt llama.cpp libraries for ${process.platform}-${process.arch} are installed. Run "npm install" again, with optional dependencies.`
  return Object.assign(new Error(message), { code: 'NO_LIBRARIES' })
}

/**
 * @param {string} cache
 * @param {string} current
 */
function removeOldBuilds(cache, current) {
  const folders = readdirSync(cache)
    .filter((name) => /^[0-9a-f]{16}$/.test(name) && name !== current)
    .map((name) => ({ path: join(cache, name), time: statSync(join(cache, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time)
  for (const { path } of folders.slice(KEPT_BUILDS - 1)) if (existsSync(path)) rmSync(path, { recursive: true, force: true })
}

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readJson } from './json.mjs'
import { findOnPath } from './tools.mjs'

/** The folder of the addon's own sources. */
export const NATIVE_FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..')

/**
 * @typedef {object} Inputs
 * @property {string} hash Of everything the addon is made of, but the compiler.
 * @property {string | null} compiler Which compiler is installed; null where there is none.
 * @property {string} folder Name of the build folder.
 */

/**
 * @param {string} root
 * @param {readonly string[]} withoutPatches
 * @returns {Inputs}
 */
export function collectInputs(root, withoutPatches) {
  const hash = createHash('sha256')
  const packages = ['node-llama-cpp', 'node-addon-api', 'node-api-headers'].map((name) => join(root, 'node_modules', name))
  for (const folder of packages) hash.update(`${version(folder)}\0`)
  hash.update(readFileSync(join(root, 'node_modules', 'node-llama-cpp', 'llama', 'llama.cpp.info.json')))
  hash.update(`${process.platform}-${process.arch}\0`)
  const compiler = compilerIdentity()
  // Builds of the same llama.cpp by the same compiler share a folder, with whatever patches: only what changed is compiled or
  // linked again.
  const name = hash.copy().update(String(compiler)).digest('hex').slice(0, 16)
  for (const file of ownFiles()) hash.update(`${file}\0`).update(readFileSync(join(NATIVE_FOLDER, file))).update('\0')
  for (const patch of [...withoutPatches].sort()) hash.update(`-${patch}\0`)
  return { hash: hash.digest('hex'), compiler, folder: name }
}

/**
 * Whether each variant's addon stands in `outDir` and was built from these inputs. A machine whose compiler went away keeps
 * what it has.
 * @param {string} outDir
 * @param {readonly import('./variants.mjs').Variant[]} variants
 * @param {Inputs} inputs
 */
export function isUpToDate(outDir, variants, inputs) {
  return variants.every((variant) => {
    const stamp = readStamp(join(outDir, variant.name))
    const sameCompiler = inputs.compiler === null || stamp?.compiler === inputs.compiler
    return stamp?.hash === variantHash(inputs, variant) && sameCompiler && existsSync(join(outDir, variant.name, 'llava-desk.node'))
  })
}

/**
 * What one variant's addon is made of.
 * @param {Inputs} inputs
 * @param {import('./variants.mjs').Variant} variant
 */
export function variantHash(inputs, variant) {
  return createHash('sha256').update(`${inputs.hash} ${variant.name} ${version(variant.packageFolder)}`).digest('hex')
}

/**
 * @param {string} folder
 * @returns {{ hash?: unknown, compiler?: unknown } | undefined}
 */
function readStamp(folder) {
  try {
    return /** @type {{ hash?: unknown, compiler?: unknown }} */ (readJson(join(folder, 'stamp.json')))
  } catch {
    // No stamp, or half a one: the addon is built again.
    return undefined
  }
}

/** Relative paths of what is compiled, and of what decides how. */
function ownFiles() {
  const list = (/** @type {string} */ folder, /** @type {RegExp} */ pattern) =>
    readdirSync(join(NATIVE_FOLDER, folder), { recursive: true })
      .map((name) => `${folder}/${String(name).replaceAll('\\', '/')}`)
      .filter((name) => pattern.test(name))
  return ['CMakeLists.txt', ...list('src', /\.(cpp|cc|h)$/), ...list('patches', /\.patch$/), ...list('build', /\/(compile|source|windows)\.mjs$/)].sort()
}

/** @param {string} folder */
function version(folder) {
  return /** @type {{ version: string }} */ (readJson(join(folder, 'package.json'))).version
}

/** The compiler's file, size and time; asking it for its version would take longer than all the rest. */
function compilerIdentity() {
  const names = process.env.CXX ? [process.env.CXX] : process.platform === 'win32' ? ['cl', 'clang++', 'g++'] : ['c++', 'g++', 'clang++']
  for (const name of names) {
    const path = findOnPath(name)
    if (path === undefined) continue
    const { size, mtimeMs } = statSync(path)
    return `${realpathSync(path)} ${size} ${Math.round(mtimeMs)}`
  }
  // Visual Studio's compiler is not on the PATH; CMake finds it.
  return process.platform === 'win32' ? 'msvc' : null
}

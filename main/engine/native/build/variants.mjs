import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { packageName } from '../packageName.mjs'

/**
 * @typedef {object} Variant
 * @property {string} name `cpu`, `vulkan`, `cuda` or `metal`.
 * @property {string} packageFolder node-llama-cpp's package of prebuilt libraries.
 * @property {string} libraries The folder with the shared libraries.
 */

/**
 * The library variants that are installed for this machine, in the order cpu, then alphabetical.
 * @param {string} root
 * @returns {Variant[]}
 */
export function findVariants(root) {
  const base = packageName('cpu')
  const packages = join(root, 'node_modules', '@node-llama-cpp')
  if (!existsSync(packages)) return []
  return readdirSync(packages)
    .filter((name) => name === base || name.startsWith(`${base}-`))
    .map((name) => ({
      name: name === base ? 'cpu' : name.slice(base.length + 1),
      packageFolder: join(packages, name),
      libraries: join(packages, name, 'bins', name),
    }))
    .filter(({ libraries }) => existsSync(libraries) && readdirSync(libraries).some((file) => /^(lib)?llama[.\w]*\.(so|dylib|dll)$/.test(file)))
    .sort((a, b) => Number(b.name === 'cpu') - Number(a.name === 'cpu') || a.name.localeCompare(b.name))
}

import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { variantHash } from './inputs.mjs'

/**
 * Puts the built addons in place. Each file is written beside its place and renamed, the stamp last, so that an interrupted
 * build leaves either the old addon or the new one.
 * @param {string} folder
 * @param {string} outDir
 * @param {readonly import('./variants.mjs').Variant[]} variants
 * @param {import('./inputs.mjs').Inputs} inputs
 */
export function install(folder, outDir, variants, inputs) {
  for (const variant of variants) {
    const target = join(outDir, variant.name)
    mkdirSync(target, { recursive: true })
    for (const left of readdirSync(target).filter((name) => name.endsWith('.part'))) rmSync(join(target, left), { force: true })
    const built = join(folder, 'cmake', variant.name, 'llava-desk.node')
    const release = join(folder, 'cmake', variant.name, 'Release', 'llava-desk.node')
    rmSync(join(target, 'stamp.json'), { force: true })
    replace(target, 'llava-desk.node', (path) => copyFileSync(existsSync(built) ? built : release, path))
    const stamp = JSON.stringify({ hash: variantHash(inputs, variant), compiler: inputs.compiler })
    replace(target, 'stamp.json', (path) => writeFileSync(path, stamp))
  }
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {(path: string) => void} write
 */
function replace(folder, name, write) {
  const part = join(folder, `${name}.${process.pid}.part`)
  write(part)
  renameSync(part, join(folder, name))
}

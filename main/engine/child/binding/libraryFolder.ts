import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Backend } from '../../../contract/domains/model.ts'

/** node-llama-cpp's names for systems and processors. */
const systems: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'mac', win32: 'win' }
const processors: Readonly<Record<string, string>> = { x64: 'x64', arm64: 'arm64', arm: 'armv7l' }

/** The set of libraries that holds a backend. On Apple silicon there is one for all: it brings Metal, and the CPU beside it. */
export function variantOf(backend: Backend, system: string = process.platform, processor: string = process.arch): Backend {
  return backend === 'cpu' && system === 'darwin' && processor === 'arm64' ? 'metal' : backend
}

/** Name of node-llama-cpp's package of prebuilt libraries for a variant, without its scope; also of the folder inside it. */
export function packageOf(variant: Backend, system: string = process.platform, processor: string = process.arch): string {
  const base = `${systems[system] ?? system}-${processors[processor] ?? processor}`
  return variant === 'cpu' ? base : `${base}-${variant}`
}

/** The folder with a variant's libraries. Throws where the package is not installed. */
export function libraryFolder(variant: Backend): string {
  return folderIn(packageOf(variant), '')
}

/** CUDA's libraries for older drivers come in a package of their own; null where that is not installed. */
export function fallbackFolder(variant: Backend): string | null {
  try {
    return join(folderIn(packageOf(variant), '-ext'), 'fallback')
  } catch {
    return null // Not every variant has one.
  }
}

function folderIn(name: string, suffix: string): string {
  // The packages are node-llama-cpp's dependencies, not ours: they are found from where it stands.
  const itself = createRequire(import.meta.url).resolve('node-llama-cpp')
  const main = createRequire(itself).resolve(`@node-llama-cpp/${name}${suffix}`)
  // electron-builder keeps native files beside the archive.
  return join(dirname(main), '..', 'bins', name).replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked')
}

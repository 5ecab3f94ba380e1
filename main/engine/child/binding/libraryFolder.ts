import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Backend } from '../../../contract/domains/model.ts'
import { packageName } from '../../native/packageName.mjs'

/** The set of libraries that holds a backend. On Apple silicon there is one for all: it brings Metal, and the CPU beside it. */
export function variantOf(backend: Backend, system: string = process.platform, processor: string = process.arch): Backend {
  return backend === 'cpu' && system === 'darwin' && processor === 'arm64' ? 'metal' : backend
}

/** The folder with a variant's libraries. Throws where the package is not installed. */
export function libraryFolder(variant: Backend): string {
  return folderIn(packageName(variant), '')
}

/** CUDA's libraries for older drivers come in a package of their own; null where that is not installed. */
export function fallbackFolder(variant: Backend): string | null {
  try {
    return join(folderIn(packageName(variant), '-ext'), 'fallback')
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

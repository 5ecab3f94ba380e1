import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Where the app's own files stand. All absolute, all read-only at run time. */
export interface AppFolders {
  /** The clone, or the package's `app.asar`. */
  readonly root: string
  /** The built page. */
  readonly renderer: string
  readonly preload: string
  /** Entry file of the engine process. */
  readonly engineEntry: string
  /** Entry file of the thread that draws PDF pages. */
  readonly pdfEntry: string
  /** Entry file of the thread that decodes HEIF pictures. */
  readonly heifEntry: string
  /** `<variant>/llava-desk.node`. Real files: the system's loader cannot read inside an archive. */
  readonly native: string
  /** Demo model, samples, icons. Real files: llama.cpp maps the models. */
  readonly resources: string
}

/** The nearest folder above `start` that holds a `package.json`: the clone or the package, from the sources or from a bundle. */
function findRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder
    if (dirname(folder) === folder) throw new Error(`no package.json above ${start}`)
  }
}

/** electron-builder keeps native files beside the archive, in a folder of this name. */
const unpacked = (path: string): string => path.replace(/app\.asar(?=[\\/]|$)/, 'app.asar.unpacked')

/** @param resourcesPath Electron's `process.resourcesPath` in a package; absent in a clone. */
export function appFolders(resourcesPath?: string): AppFolders {
  const root = findRoot(import.meta.dirname)
  return {
    root,
    renderer: join(root, 'out/renderer'),
    preload: join(root, 'out/preload/index.cjs'),
    engineEntry: join(root, 'out/main/engine.js'),
    pdfEntry: join(root, 'out/main/pdf.cjs'),
    heifEntry: join(root, 'out/main/heif.cjs'),
    native: unpacked(join(root, 'out/native')),
    resources: resourcesPath === undefined ? join(root, 'resources') : join(resourcesPath, 'resources'),
  }
}

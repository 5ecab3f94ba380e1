import { readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { ModelFiles } from '../../contract/domains/model.ts'
import type { ErrorData } from '../../contract/errors/AppError.ts'
import { toAppError } from '../../contract/errors/AppError.ts'
import { kindOf } from '../../gguf/fileKind.ts'
import { fittingProjectors } from '../../gguf/fittingProjectors.ts'
import { readGguf } from '../../gguf/readGguf.ts'
import { checkFiles } from '../../gguf/checkFiles.ts'
import { readError } from '../../platform/fileErrors.ts'

/** A model that was found, with the projector that belongs to it. */
export interface FoundModel {
  readonly name: string
  readonly files: ModelFiles
}

/** A file that was named, or that looked like a model, and why it is none. */
export interface RefusedFile {
  readonly path: string
  readonly problem: ErrorData
}

/** Folders are looked into this deep: hub downloads of other tools lie three levels down. */
const deepest = 3
/** More files than anybody keeps; keeps a wrong folder (a whole disk) from being read for minutes. */
const mostFiles = 2000
/** Of a model in several files, the first stands for all. */
const laterPart = /-(?!00001)\d{5}-of-\d{5}\.gguf$/i

/**
 * Finds the models in files and folders and gives each its projector: one that was named together with it, else the only
 * fitting one beside it; more than one would be a guess, so then none. Adapters and projectors are no models and are passed
 * over, unless nothing else was named.
 */
export async function gatherModels(paths: readonly string[], signal?: AbortSignal): Promise<{ found: FoundModel[]; refused: RefusedFile[] }> {
  const refused: RefusedFile[] = []
  const { models, projectors } = await sort(await listFiles(paths, refused), paths, refused, signal)
  const found: FoundModel[] = []
  for (const [path, name] of models) {
    signal?.throwIfAborted()
    found.push({ name, files: { model: path, projector: await projectorOf(path, projectors) } })
  }
  return { found, refused }
}

async function listFiles(paths: readonly string[], refused: RefusedFile[]): Promise<string[]> {
  const files = new Set<string>()
  for (const given of paths) {
    const path = resolve(given)
    try {
      if ((await stat(path)).isDirectory()) for (const file of await filesIn(path, deepest)) files.add(file)
      else files.add(path)
    } catch (error) {
      refused.push({ path, problem: problemOf(readError(error, path)) })
    }
  }
  return [...files].slice(0, mostFiles)
}

async function filesIn(folder: string, depth: number): Promise<string[]> {
  const found: string[] = []
  // Links are followed: hub caches keep their files as links into a store. A folder that cannot be listed holds nothing.
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (depth > 0 && !entry.name.startsWith('.')) found.push(...(await filesIn(path, depth - 1)))
    } else if (/\.gguf$/i.test(entry.name) && !laterPart.test(entry.name)) found.push(path)
    if (found.length > mostFiles) break
  }
  return found.sort()
}

async function sort(files: readonly string[], named: readonly string[], refused: RefusedFile[], signal?: AbortSignal): Promise<{ models: Map<string, string>; projectors: string[] }> {
  const models = new Map<string, string>(), projectors: string[] = []
  const isNamed = new Set(named.map((path) => resolve(path)))
  for (const path of files) {
    signal?.throwIfAborted()
    try {
      const file = await readGguf(path, 'model')
      const kind = kindOf(file.header)
      if (kind === 'model') models.set(path, nameOf(path))
      else if (kind === 'projector') projectors.push(path)
      // Says what the file is instead of a model.
      else if (isNamed.has(path)) await checkFiles({ model: path, projector: null })
    } catch (error) {
      refused.push({ path, problem: problemOf(error) })
    }
  }
  if (models.size === 0 && projectors.some((path) => isNamed.has(path))) {
    for (const path of projectors) refused.push({ path, problem: { code: 'MODEL_IS_PROJECTOR', params: { path } } })
  }
  return { models, projectors }
}

async function projectorOf(model: string, given: readonly string[]): Promise<string | null> {
  const beside = await fittingProjectors(model).catch(() => [])
  const [only, ...more] = beside
  if (only !== undefined && more.length === 0) return only
  if (beside.length > 0) return beside.find((path) => given.length === 1 && path === given[0]) ?? null
  const [one, ...others] = given
  if (one === undefined || others.length > 0) return null
  return await checkFiles({ model, projector: one }).then(() => one, () => null)
}

/** The file's name: what stands in the header is "LLaMA v2" for half of all LLaVA models. */
function nameOf(path: string): string {
  return basename(path).replace(/(-00001-of-\d{5})?\.gguf$/i, '')
}

function problemOf(thrown: unknown): ErrorData {
  const { code, params } = toAppError(thrown)
  return { code, params: { ...params } }
}

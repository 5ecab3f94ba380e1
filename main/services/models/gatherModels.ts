import { readdir, readlink, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { RefusedFile } from '../../contract/domains/library.ts'
import type { ModelFiles } from '../../contract/domains/model.ts'
import type { ErrorData } from '../../contract/errors/AppError.ts'
import { AppError, toAppError } from '../../contract/errors/AppError.ts'
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

/** Folders are looked into this deep: hub downloads of other tools lie three levels down. */
const deepest = 3
/** Files and folders looked at in one import; keeps a wrong folder (a whole disk) from being read for minutes. */
const mostEntries = 20_000
/** Of a model in several files, the first stands for all. */
const laterPart = /-(?!00001)\d{5}-of-\d{5}\.gguf$/i

/**
 * Finds the models in files and folders and gives each its projector: one that was named together with it, else the only
 * fitting one beside it; more than one would be a guess, so then none. Adapters and projectors are no models and are passed
 * over, unless nothing else was named.
 */
export async function gatherModels(paths: readonly string[], signal?: AbortSignal): Promise<{ found: FoundModel[]; refused: RefusedFile[] }> {
  const refused: RefusedFile[] = []
  const { models, projectors } = await sort(await listFiles(paths, refused, signal), paths, refused, signal)
  const found: FoundModel[] = []
  for (const [path, name] of models) {
    signal?.throwIfAborted()
    found.push({ name, files: { model: path, projector: await projectorOf(path, projectors) } })
  }
  return { found, refused }
}

async function listFiles(paths: readonly string[], refused: RefusedFile[], signal?: AbortSignal): Promise<string[]> {
  const files = new Set<string>()
  const visit = { left: mostEntries, signal }
  for (const given of paths) {
    const path = resolve(given)
    try {
      if ((await stat(path)).isDirectory()) for (const file of await filesIn(path, deepest, visit)) files.add(file)
      else files.add(path)
    } catch (error) {
      signal?.throwIfAborted()
      refused.push({ path, problem: await problemOf(readError(error, path), path) })
    }
  }
  return [...files]
}

/** What may still be looked at. */
interface Visit {
  left: number
  readonly signal: AbortSignal | undefined
}

/** Throws `FOLDER_TOO_LARGE`, and the signal's reason. */
async function filesIn(folder: string, depth: number, visit: Visit): Promise<string[]> {
  visit.signal?.throwIfAborted()
  const found: string[] = []
  // Links are followed: hub caches keep their files as links into a store. A folder that cannot be listed holds nothing.
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name)
    if (--visit.left < 0) throw new AppError('FOLDER_TOO_LARGE', { path: folder, most: mostEntries })
    if (entry.isDirectory()) {
      if (depth > 0 && !entry.name.startsWith('.')) found.push(...(await filesIn(path, depth - 1, visit)))
    } else if (/\.gguf$/i.test(entry.name) && !laterPart.test(entry.name)) found.push(path)
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
      signal?.throwIfAborted()
      refused.push({ path, problem: await problemOf(error, path) })
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

async function problemOf(thrown: unknown, path: string): Promise<ErrorData> {
  const { code, params } = toAppError(thrown)
  const isMissing = code === 'FILE_MISSING' || code === 'MODEL_MISSING'
  // Hub caches keep their files as links into a store, which people tidy up.
  const target = isMissing ? await readlink(path).catch(() => null) : null
  return target === null ? { code, params: { ...params } } : { code: 'FILE_LINK_BROKEN', params: { path, target } }
}

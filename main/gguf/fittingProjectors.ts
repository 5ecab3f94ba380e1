import { readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { checkProjector } from './checkProjector.ts'
import { inputWidth } from './model.ts'
import { outputWidth } from './projector.ts'
import { readGguf } from './readGguf.ts'
import type { GgufFile } from './readGguf.ts'
import { readModel } from './readModel.ts'

/** A projector's header has some ten thousand bytes; a longer one belongs to a language model with its vocabulary. */
const mostBytes = 1024 * 1024

/**
 * The projectors in a model's folder that work and whose vectors have the width the model takes, told by their headers, not by
 * their names; sorted. Throws as `readModel`.
 */
export async function fittingProjectors(model: string): Promise<string[]> {
  return await projectorsBeside(await readModel(model))
}

/** As `fittingProjectors`, for a model that was read. */
export async function projectorsBeside(model: GgufFile): Promise<string[]> {
  const width = inputWidth(model.header)
  const folder = dirname(model.path)
  // A folder that cannot be listed has nothing to offer.
  const names = width === null ? [] : await readdir(folder).catch(() => [])
  const fitting: string[] = []
  for (const name of names.sort()) {
    const path = join(folder, name)
    if (!/\.gguf$/i.test(name) || resolve(path) === resolve(model.path)) continue
    const projector = await readGguf(path, 'projector', mostBytes).catch(() => null)
    if (projector !== null && checkProjector(projector) === null && outputWidth(projector.header) === width) fitting.push(path)
  }
  return fitting
}

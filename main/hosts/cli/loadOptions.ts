import { readFile } from 'node:fs/promises'
import { settings as settingsSchema, type Settings } from '../../contract/domains/app.ts'
import type { ModelFiles } from '../../contract/domains/model.ts'
import type { LoadOptions } from '../../engine/protocol.ts'
import { isPath } from './models/modelName.ts'
import type { ModelOptions } from './program.ts'
import { UsageError } from './UsageError.ts'

/**
 * The settings file as window and browser left it. Only read: a command must work where nothing can be written, and a file that
 * cannot be understood is for the app to set aside, so here the defaults take its place.
 */
export async function readSettings(path: string): Promise<Settings> {
  try {
    return settingsSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return settingsSchema.parse({})
  }
}

/** Throws `UsageError` where the options do not name a model that can do what is asked. */
export function checkModelOptions({ model, mmproj }: ModelOptions, needsVision: boolean): void {
  if (mmproj !== undefined && model === undefined) throw new UsageError('--mmproj needs --model: the projector belongs to a language model')
  if (model !== undefined && isPath(model) && mmproj === undefined && needsVision) throw new UsageError('--model needs --mmproj to see pictures: give the projector of that model')
}

/** What the engine loads, null: the demo model. */
export function loadOptions(files: ModelFiles | null, { engine }: Settings, demo: ModelFiles): LoadOptions {
  const { backend, threads, contextSize, gpuLayers, kvType, projectorOnGpu } = engine
  return { files: files ?? demo, isDemo: files === null, backend, threads, contextSize, gpuLayers, kvType, projectorOnGpu }
}

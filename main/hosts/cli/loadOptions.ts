import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { settings as settingsSchema, type Settings } from '../../contract/domains/app.ts'
import type { ModelFiles } from '../../contract/domains/model.ts'
import type { LoadOptions } from '../../engine/protocol.ts'
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
  if (model !== undefined && mmproj === undefined && needsVision) throw new UsageError('--model needs --mmproj to see pictures: give the projector of that model')
}

/**
 * What the engine loads: the files of the command line, else those of the settings, else the demo model.
 * @param folder Where relative paths start: the person's current folder.
 */
export function loadOptions({ model, mmproj }: ModelOptions, settings: Settings, demo: ModelFiles, folder: string): LoadOptions {
  const given = model === undefined ? null : { model: resolve(folder, model), projector: mmproj === undefined ? null : resolve(folder, mmproj) }
  const files = given ?? settings.model
  return { files: files ?? demo, isDemo: files === null, ...settings.engine }
}

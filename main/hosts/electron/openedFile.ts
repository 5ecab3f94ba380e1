import { readdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { ModelFiles } from '../../contract/domains/model.ts'

/** A model that the system asks us to open (double click, "Open with"); null where the command line names none. */
export function openedFile(argv: readonly string[], folder: string): string | null {
  const path = argv.slice(1).find((arg) => !arg.startsWith('-') && arg.toLowerCase().endsWith('.gguf'))
  return path === undefined ? null : resolve(folder, path)
}

/** The model with its projector where exactly one lies beside it; more than one would be a guess. */
export async function withProjector(model: string): Promise<ModelFiles> {
  const beside = (await readdir(dirname(model))).filter((name) => /mmproj.*\.gguf$/i.test(name) && name !== basename(model))
  const [projector, ...more] = beside
  return { model, projector: projector === undefined || more.length > 0 ? null : join(dirname(model), projector) }
}

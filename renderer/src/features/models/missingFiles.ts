import type { InstalledModel } from '../../../../main/contract/domains/library.ts'

type Missing = Pick<InstalledModel, 'missing' | 'files' | 'adapters'>

/** Whether a model lacks files without which it cannot be read at all; an adapter that is not there can be taken off it. */
export function isAbsent({ missing, adapters }: Missing): boolean {
  return missing.some((path) => !adapters.some((adapter) => adapter.path === path))
}

/** Whether a model would be whole without its projector: it is the one file that is not there. */
export function lacksProjectorAlone({ missing, files, adapters }: Missing): boolean {
  const without = missing.filter((path) => path !== files.projector)
  return files.projector !== null && missing.includes(files.projector) && !isAbsent({ missing: without, files, adapters })
}

import type { InstalledModel } from '../../contract/domains/library.ts'
import type { EngineStatus, ModelFiles } from '../../contract/domains/model.ts'
import { ApiError } from './ApiError.ts'

/** A model as the API names it. */
export interface ServedModel {
  readonly id: string
  readonly files: ModelFiles
  /** Seconds since the epoch at which it was taken in; 0 for what came with the app. */
  readonly created: number
  /** Whether it is the one in use, which alone answers. */
  readonly inUse: boolean
}

export interface ServedModelPorts {
  readonly installed: () => Promise<readonly Pick<InstalledModel, 'name' | 'files' | 'addedAt'>[]>
  readonly status: () => EngineStatus
  readonly demoModel: ModelFiles
}

const DEMO = 'llava-desk-demo'

/** The models at hand: that in use first. Their ids are their names without what an address does not take; of two alike, the later one gets a number. */
export async function servedModels({ installed, status, demoModel }: ServedModelPorts): Promise<ServedModel[]> {
  const used = inUse(status())
  const known = [...(await installed()).map(({ name, files, addedAt }) => ({ name, files, created: Math.floor(addedAt / 1000) })), { name: DEMO, files: demoModel, created: 0 }]
  const isKnown = known.some(({ files }) => files.model === used?.files.model)
  const all = [...known, ...(used === null || isKnown ? [] : [{ ...used, created: 0 }])]
  const taken = new Set<string>()
  const served = all.map(({ name, files, created }) => ({ id: freeId(name, taken), files, created, inUse: files.model === used?.files.model }))
  return [...served.filter((model) => model.inUse), ...served.filter((model) => !model.inUse)]
}

/** The model in use by its id. Throws `ApiError`: 404 for another one. A program does not change which model the person has in use. */
export function modelInUse(models: readonly ServedModel[], id: string): ServedModel {
  const found = models.find((model) => model.id === id)
  if (found === undefined) throw noSuchModel(id)
  if (found.inUse) return found
  const used = models.find((model) => model.inUse)
  const instead = used === undefined ? 'None is in use now.' : `The one in use is '${used.id}'.`
  throw new ApiError(404, `The model '${id}' is installed but not in use, and requests do not change which one is. ${instead} Choose another one under Models in LLaVA Desk.`, { param: 'model', code: 'model_not_found' })
}

export const noSuchModel = (id: string): ApiError => new ApiError(404, `The model '${id}' does not exist or you do not have access to it.`, { param: 'model', code: 'model_not_found' })

function inUse(status: EngineStatus): { readonly name: string; readonly files: ModelFiles } | null {
  switch (status.state) {
    case 'none':
      return null
    case 'ready':
      return status.info
    case 'failed':
      return status.files === null ? null : { name: 'model', files: status.files }
    case 'loading':
    case 'resting':
      return status
  }
}

function freeId(name: string, taken: Set<string>): string {
  const plain = name.replace(/[^\p{L}\p{N}._:-]+/gu, '-').replace(/^-+|-+$/g, '') || 'model'
  let id = plain
  for (let number = 2; taken.has(id); number++) id = `${plain}-${number}`
  taken.add(id)
  return id
}

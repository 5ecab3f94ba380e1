import type { Catalogue, CatalogueFile } from '../../contract/domains/catalogue.ts'
import type { DownloadRequest } from '../../contract/domains/download.ts'
import type { PromptTemplate } from '../../contract/promptTemplates.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { DownloadFile } from '../../storage/downloads.ts'
import { partsOf } from '../hub/splitName.ts'
import { unreachable } from '../../platform/unreachable.ts'

/** What a request comes down to. */
export interface DownloadPlan {
  /** Name of the model for people. */
  readonly name: string
  /** Models first; the parts of a split one in their order. */
  readonly files: readonly DownloadFile[]
}

/** What the library learns about a downloaded model beside its files. */
export interface DownloadedModel {
  readonly name: string
  readonly template: PromptTemplate | null
  readonly catalogue: { readonly model: string; readonly variant: string } | null
  readonly repository: string
}

type ProjectorRequest = Extract<DownloadRequest, { type: 'projector' }>

/** Throws `MODEL_UNKNOWN` for what the catalogue does not hold, `BAD_INPUT` for files that are no GGUF. */
export function planDownload(request: DownloadRequest, catalogue: Catalogue): DownloadPlan {
  switch (request.type) {
    case 'catalogue': {
      const { model, variant } = fromCatalogue(request, catalogue)
      const projector = variant.projector === null ? [] : toFiles(variant.projector, 'projector')
      return { name: `${model.name} ${variant.quantisation}`, files: [...toFiles(variant.model, 'model'), ...projector] }
    }
    case 'repository': {
      const { repository, revision, model, projector } = request
      const unknown = { repository, revision, bytes: null, sha256: null }
      const seen = projector === null ? [] : toFiles({ ...unknown, path: projector }, 'projector')
      return { name: nameOf(model), files: [...toFiles({ ...unknown, path: model }, 'model'), ...seen] }
    }
    case 'projector':
      return { name: nameOf(request.path), files: toFiles(projectorOf(request, catalogue), 'projector') }
    default:
      return unreachable(request)
  }
}

/** What to keep about the model of a request once it is there. A model the catalogue has dropped keeps its name alone. */
export function describeModel(request: Exclude<DownloadRequest, { type: 'projector' }>, name: string, repository: string, catalogue: Catalogue): DownloadedModel {
  if (request.type === 'repository') return { name, template: null, catalogue: null, repository }
  const known = catalogue.models.find(({ id }) => id === request.model)
  return { name, template: known?.template ?? null, catalogue: { model: request.model, variant: request.variant }, repository }
}

/** Whether the catalogue names the files of a request, and not the person. */
export function comesFrom(catalogue: Catalogue, request: DownloadRequest): boolean {
  return request.type === 'catalogue' || (request.type === 'projector' && knownProjector(request, catalogue) !== null)
}

/** What the catalogue knows of a projector holds for it also where it is fetched alone. */
function projectorOf(request: ProjectorRequest, catalogue: Catalogue): CatalogueFile {
  const { repository, revision, path } = request
  return knownProjector(request, catalogue) ?? { repository, revision, path, bytes: null, sha256: null }
}

function knownProjector({ repository, revision, path }: ProjectorRequest, { models }: Catalogue): CatalogueFile | null {
  const known = models.flatMap(({ variants }) => variants).find(({ projector }) => projector?.repository === repository && projector.revision === revision && projector.path === path)
  return known?.projector ?? null
}

function fromCatalogue(request: Extract<DownloadRequest, { type: 'catalogue' }>, catalogue: Catalogue) {
  const model = catalogue.models.find(({ id }) => id === request.model)
  const variant = model?.variants.find(({ id }) => id === request.variant)
  if (model === undefined || variant === undefined) throw new AppError('MODEL_UNKNOWN', { name: `${request.model} ${request.variant}` })
  return { model, variant }
}

function toFiles(file: CatalogueFile, role: DownloadFile['role']): DownloadFile[] {
  if (!file.path.endsWith('.gguf')) throw new AppError('BAD_INPUT', { detail: `${file.path} is no .gguf file` })
  const parts = partsOf(file.path)
  const known = parts.length === 1 ? file : { ...file, bytes: null, sha256: null }
  return parts.map((path) => ({ ...known, path, role, received: 0, made: false }))
}

/** "llava-v1.5-7b-Q4_K_M" of "Q4/llava-v1.5-7b-Q4_K_M.gguf". */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/(-\d{5}-of-\d{5})?\.gguf$/, '')
}

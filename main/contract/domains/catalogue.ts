import * as z from 'zod'
import { promptTemplates } from '../promptTemplates.ts'
import { sha256 } from './image.ts'

/** A name in lower-case letters, digits, dots and dashes; part of commands and addresses. */
export const slug = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,79}$/)

/** `owner/name` on the hub. */
export const repository = z.string().regex(/^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/)

/** A branch, tag or commit of a repository. */
export const revision = z.string().regex(/^[A-Za-z0-9][\w./-]{0,99}$/).refine((name) => !name.includes('..'))

/** A file's path inside its repository. */
export const repositoryPath = z.string().min(1).max(400).refine((path) => !path.startsWith('/') && !path.includes('\\') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'))

/** A sentence in every language of the app. */
export const localised = z.object({ en: z.string().min(1), 'zh-CN': z.string().min(1) })

/** One file on the hub, as far as it is known beforehand; what is null is asked of the hub at the download. */
export const catalogueFile = z.object({
  repository,
  revision,
  path: repositoryPath,
  bytes: z.number().int().positive().nullable(),
  sha256: sha256.nullable(),
})
export type CatalogueFile = z.infer<typeof catalogueFile>

/** One way to have a model: a quantisation, with its projector. */
export const catalogueVariant = z.object({
  id: slug,
  /** As file names write it, e.g. "Q4_K_M". */
  quantisation: z.string().min(1).max(20),
  model: catalogueFile,
  /** Null for a model that sees nothing. */
  projector: catalogueFile.nullable(),
  /** About how much both files take, for the card; the hub's own figure replaces it. */
  approximateBytes: z.number().int().positive(),
})
export type CatalogueVariant = z.infer<typeof catalogueVariant>

export const families = ['llava-1.0', 'llava-1.5', 'llava-1.6', 'llava-med', 'vicuna', 'other'] as const

/** A model the app knows and recommends or warns about. */
export const catalogueModel = z.object({
  id: slug,
  name: z.string().min(1).max(80),
  family: z.enum(families),
  parameters: z.number().positive(),
  vision: z.boolean(),
  template: z.enum(promptTemplates),
  licence: z.object({ name: z.string().min(1), url: z.url() }),
  /** Whether the hub asks for an account that accepted the licence. */
  gated: z.boolean(),
  good: localised,
  bad: localised,
  /** Id of the variant that suits most people. */
  recommended: slug,
  variants: z.array(catalogueVariant).min(1),
})
export type CatalogueModel = z.infer<typeof catalogueModel>

export const catalogue = z.object({ version: z.literal(1), models: z.array(catalogueModel) })
export type Catalogue = z.infer<typeof catalogue>

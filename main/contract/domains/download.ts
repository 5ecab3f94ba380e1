import * as z from 'zod'
import { repository, repositoryPath, revision, slug } from './catalogue.ts'
import { errorData, id } from './chat.ts'

/** What to fetch: a variant of the catalogue, files of any repository, or the projector of a model that is at hand already. */
export const downloadRequest = z.discriminatedUnion('type', [
  z.object({ type: z.literal('catalogue'), model: slug, variant: slug }),
  z.object({ type: z.literal('repository'), repository, revision: revision.default('main'), model: repositoryPath, projector: repositoryPath.nullable() }),
  z.object({ type: z.literal('projector'), installed: id, repository, revision: revision.default('main'), path: repositoryPath }),
])
export type DownloadRequest = z.infer<typeof downloadRequest>

/**
 * `queued`: waits for another download, or for the app that was ended in the middle to go on. `checking`: asks the hub for
 * size and checksum, looks at the disk. `verifying`: the bytes are there, their checksum is being taken. `paused`: by the
 * person.
 */
export const downloadStates = ['queued', 'checking', 'running', 'verifying', 'paused', 'failed', 'done'] as const

/** One download of a model and its projector. Sizes in bytes. */
export const download = z.object({
  id,
  /** Name of the model for people. */
  name: z.string(),
  state: z.enum(downloadStates),
  files: z.array(z.object({ name: z.string(), bytes: z.number().int().nullable(), received: z.number().int() })),
  bytes: z.number().int().nullable(),
  received: z.number().int(),
  /** Over the last seconds; null while nothing flows. */
  bytesPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  /** Why it failed; set in the state `failed` alone. */
  error: errorData.nullable(),
  request: downloadRequest,
  /** Id of the installed model; set in the state `done` alone. */
  installed: id.nullable(),
})
export type Download = z.infer<typeof download>

/** What a repository holds, as far as it can be a model. */
export const repositoryListing = z.object({
  repository,
  /** The commit the revision names now. */
  commit: z.string(),
  gated: z.boolean(),
  files: z.array(z.object({ path: repositoryPath, bytes: z.number().int(), role: z.enum(['model', 'projector']) })),
})
export type RepositoryListing = z.infer<typeof repositoryListing>

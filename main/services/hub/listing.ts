import * as z from 'zod'
import { repositoryPath } from '../../contract/domains/catalogue.ts'
import type { RepositoryListing } from '../../contract/domains/download.ts'
import { partsOf, splitName } from './splitName.ts'

/** What the hub's API says about a repository, as far as it is used. */
const modelPage = z.object({
  sha: z.string().max(100).default(''),
  gated: z.union([z.boolean(), z.string()]).default(false),
  siblings: z.array(z.object({ rfilename: z.string(), size: z.number().int().nonnegative().optional(), lfs: z.object({ size: z.number().int().nonnegative() }).nullish() })).default([]),
})

interface Sized {
  readonly path: string
  readonly bytes: number
}

/** The listing of a repository from the hub's answer; null where the answer is none. */
export function parseListing(repository: string, json: unknown): RepositoryListing | null {
  const page = modelPage.safeParse(json)
  if (!page.success) return null
  const files = page.data.siblings.flatMap(({ rfilename: path, size, lfs }): Sized[] => {
    const isModel = path.endsWith('.gguf') && repositoryPath.safeParse(path).success
    return isModel ? [{ path, bytes: lfs?.size ?? size ?? 0 }] : []
  })
  return { repository, commit: page.data.sha, gated: page.data.gated !== false, files: withWholeModels(files).map(({ path, bytes }) => ({ path, bytes, role: roleOf(path) })) }
}

/** Projectors are told by their name, as everybody who publishes them writes it. */
export function roleOf(path: string): 'model' | 'projector' {
  return /mmproj/i.test(path.slice(path.lastIndexOf('/') + 1)) ? 'projector' : 'model'
}

/** A split model is one file: its first part, with the size of all. One that lacks a part is none. */
function withWholeModels(files: readonly Sized[]): Sized[] {
  const sizes = new Map(files.map(({ path, bytes }) => [path, bytes]))
  return files.flatMap(({ path, bytes }) => {
    const split = splitName(path)
    if (split === null) return [{ path, bytes }]
    const parts = partsOf(path).map((part) => sizes.get(part))
    if (split.part !== 1 || parts.includes(undefined)) return []
    return [{ path, bytes: parts.reduce<number>((sum, part) => sum + (part ?? 0), 0) }]
  })
}

import { expect, it } from 'vitest'
import type { RepositoryListing } from '../../../main/contract/domains/download.ts'
import { AppError } from '../../../main/contract/errors/AppError.ts'
import { deferred, type Deferred } from '../transport/deferred.ts'
import { RepositoryLookup } from './RepositoryLookup.svelte.ts'
import { clientOf } from './testing/models.ts'

type File = RepositoryListing['files'][number]
const model = (path: string, bytes: number): File => ({ path, bytes, role: 'model' })
const projector = (path: string, bytes: number): File => ({ path, bytes, role: 'projector' })
const listing = (repository: string, files: File[] = []): RepositoryListing => ({ repository, commit: 'c', gated: false, files })

function answering(files: File[]): RepositoryLookup {
  return new RepositoryLookup(clientOf({ repository: ({ repository }) => Promise.resolve(listing(repository, files)) }))
}

it('suggests four bits and a half-precision projector, and adds up their sizes', async () => {
  const lookup = answering([model('m.Q8_0.gguf', 7000), model('m.Q4_K_M.gguf', 4000), model('m.Q4_0.gguf', 3800), projector('mmproj-q8_0.gguf', 300), projector('mmproj-f16.gguf', 600)])
  lookup.text = 'a/b'
  await lookup.look()
  expect([lookup.model, lookup.projector, lookup.bytes]).toEqual(['m.Q4_K_M.gguf', 'mmproj-f16.gguf', 4600])
  lookup.projector = null
  expect(lookup.bytes).toBe(4000)
})

it('takes the smallest where no name tells more, and no projector where there is none', async () => {
  const lookup = answering([model('large.gguf', 9), model('small.gguf', 1)])
  lookup.text = 'a/b'
  await lookup.look()
  expect([lookup.model, lookup.projector, lookup.bytes]).toEqual(['small.gguf', null, 1])
})

it('drops the answer to an earlier question', async () => {
  const answers: Deferred<RepositoryListing>[] = []
  const lookup = new RepositoryLookup(
    clientOf({
      repository: () => {
        const answer = deferred<RepositoryListing>()
        answers.push(answer)
        return answer.promise
      },
    }),
  )
  lookup.text = 'a/first'
  const first = lookup.look()
  lookup.text = 'a/second'
  const second = lookup.look()
  answers[1]?.resolve(listing('a/second'))
  await second
  answers[0]?.resolve(listing('a/first'))
  await first
  expect([lookup.listing?.repository, lookup.looking]).toEqual(['a/second', false])
})

it('tells a name that is none from a repository that answers with an error', async () => {
  const lookup = new RepositoryLookup(clientOf({ repository: () => Promise.reject(new AppError('HUB_NEEDS_TOKEN', { repository: 'a/b' })) }))
  lookup.text = 'llava'
  await lookup.look()
  expect([lookup.wrong, lookup.error]).toEqual([true, null])
  lookup.text = 'a/b'
  await lookup.look()
  expect([lookup.wrong, lookup.error?.code]).toEqual([false, 'HUB_NEEDS_TOKEN'])
})

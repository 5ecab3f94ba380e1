import { AppError } from '../../../contract/errors/AppError.ts'
import type { EmbeddingCache } from '../pictures/EmbeddingCache.ts'
import type { ImageItem } from './items.ts'
import type { Job } from './Job.ts'

/**
 * Gets the embeddings of a request's pictures, one after the other; `onEach` is told of each. Ends early, without an error, when
 * the request has left meanwhile. Rejects with the error of a picture.
 */
export async function fetchPictures(job: Job, missing: readonly ImageItem[], pictures: EmbeddingCache | null, onEach: () => void): Promise<void> {
  const startedAt = performance.now()
  const { left } = job
  for (const [index, { key }] of missing.entries()) {
    const picture = job.input.pictures.get(key)
    if (picture === undefined || pictures === null) throw new AppError('INTERNAL', { detail: `no picture ${key}` })
    const { embeddings, cached } = await pictures.get(picture, left, (fraction) => job.progress('image', (index + fraction) / missing.length), job.isBatch)
    if (left.aborted) return
    if (cached) job.reuseImages(1)
    job.embeddings.set(key, embeddings)
    onEach()
  }
  job.imageMs += performance.now() - startedAt
  if (job.state === 'prompt' && !job.events.ended) job.progress('prompt')
}

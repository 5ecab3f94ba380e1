import { AppError } from '../../../contract/errors/AppError.ts'
import type { Job } from './Job.ts'

/** Why a request is not even queued; null where it is. One that needs more KV cells than there are (`available`) would wait for ever. */
export function refusalOf({ input, promptCells, imageCells }: Job, available: number): AppError | null {
  if (input.signal.aborted) return new AppError('ABORTED')
  const needed = promptCells + input.maxTokens
  return needed > available ? new AppError('CONTEXT_FULL', { needed, available, images: imageCells }) : null
}

import type { Adapter } from '../../contract/domains/library.ts'
import type { ModelFiles } from '../../contract/domains/model.ts'
import { partsOf } from '../hub/splitName.ts'

/** Every file of a model, all parts of a split one. */
export function allFiles({ model, projector }: ModelFiles, adapters: readonly Adapter[]): string[] {
  return [...partsOf(model), ...(projector === null ? [] : [projector]), ...adapters.map(({ path }) => path)]
}

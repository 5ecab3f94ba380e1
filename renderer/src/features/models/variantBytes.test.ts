import { expect, it } from 'vitest'
import type { CatalogueVariant } from '../../../../main/contract/domains/catalogue.ts'
import { variantBytes } from './variantBytes.ts'

const file = (bytes: number | null) => ({ repository: 'a/b', revision: 'main', path: 'x.gguf', bytes, sha256: null })
const variant = (model: number | null, projector: number | null | undefined): CatalogueVariant => ({
  id: 'v',
  quantisation: 'Q4_K_M',
  model: file(model),
  projector: projector === undefined ? null : file(projector),
  approximateBytes: 5000,
})

it.each([
  ['both known', variant(4000, 600), { bytes: 4600, exact: true }],
  ['no projector', variant(4000, undefined), { bytes: 4000, exact: true }],
  ['the model unknown', variant(null, 600), { bytes: 5000, exact: false }],
  ['the projector unknown', variant(4000, null), { bytes: 5000, exact: false }],
])('%s', (_case, given, expected) => {
  expect(variantBytes(given)).toEqual(expected)
})

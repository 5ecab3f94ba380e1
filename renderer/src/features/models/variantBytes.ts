import type { CatalogueVariant } from '../../../../main/contract/domains/catalogue.ts'

/** How much there is to download, and whether that is a guess: a file whose size only the hub knows. */
export function variantBytes({ model, projector, approximateBytes }: CatalogueVariant): { readonly bytes: number; readonly exact: boolean } {
  if (model.bytes === null || projector?.bytes === null) return { bytes: approximateBytes, exact: false }
  return { bytes: model.bytes + (projector?.bytes ?? 0), exact: true }
}

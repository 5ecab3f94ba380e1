import { sha256, imageVariants, type ImageVariant } from '../../contract/domains/image.ts'

/** A stored picture as the page addresses it. */
export interface ImageAddress {
  readonly id: string
  readonly variant: ImageVariant
}

/** Reads `/images/<sha256>/<variant>`; null for anything else, so that no other path can reach the image store. */
export function parseImageAddress(pathname: string): ImageAddress | null {
  const [empty, images, id, variantName, ...rest] = pathname.split('/')
  if (empty !== '' || images !== 'images' || id === undefined || rest.length > 0) return null
  const variant = imageVariants.find((known) => known === variantName)
  return variant !== undefined && sha256.safeParse(id).success ? { id, variant } : null
}

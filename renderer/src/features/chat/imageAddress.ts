import type { ImageVariant } from '../../../../main/contract/domains/image.ts'

/** Where the host serves a stored picture, relative to the page, so that it is right under every host. */
export function imageAddress(id: string, variant: ImageVariant): string {
  return `images/${id}/${variant}`
}

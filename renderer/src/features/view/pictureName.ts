import type { ImageRef } from '../../../../main/contract/domains/image.ts'
import type { Words } from '../../i18n/Words.svelte.ts'

/** How a picture is called on the screen: by its file, a part by the file it is from. */
export function pictureName(words: Pick<Words, 't'>, { name, region }: ImageRef): string {
  return region === undefined ? name : words.t('view.partOf', { name: region.source.name })
}

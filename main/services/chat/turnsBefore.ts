import type { ImageRef } from '../../contract/domains/image.ts'
import type { Message } from '../../contract/domains/chat.ts'
import type { PictureSource } from '../images/pictureSource.ts'
import type { Turn } from '../prompt/buildPrompt.ts'

/**
 * The conversation of a path, which ends with the answer to be written. `begun` is the text with which that one goes on; null where it
 * begins anew, whatever text it still has. Questions whose answers were removed are asked together with the next one: what is on the
 * screen is what the model gets. Throws what `source` throws.
 */
export function turnsBefore(path: readonly Message[], begun: string | null, source: (imageId: string) => PictureSource): Turn<PictureSource>[] {
  const turns: Turn<PictureSource>[] = []
  let texts: string[] = []
  let images: ImageRef[] = []
  for (const [index, message] of path.entries()) {
    if (message.role === 'user') {
      texts.push(message.text)
      images.push(...message.images)
    } else if (texts.length > 0) {
      const answer = index === path.length - 1 ? begun : message.text
      turns.push({ question: texts.join('\n'), images: images.map((image) => source(image.id)), answer })
      texts = []
      images = []
    }
  }
  return turns
}

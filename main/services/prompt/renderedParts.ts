import type { DraftPart } from './buildPrompt.ts'
import type { PicturePlace } from './picturePlaces.ts'

/** What a template is given in place of people's texts and of pictures, by their number. */
export const textMark = (index: number): string => `\uE000text${index}\uE001`
export const pictureMark = (index: number): string => `\uE000picture${index}\uE001`

/** What was rendered, and what its marks stand for. */
export interface Rendered<Image> {
  readonly text: string
  readonly controls: readonly string[]
  readonly texts: readonly string[]
  /** The first text is the system text, which a template may write anywhere (Mistral's older ones: before the last question). */
  readonly hasSystem: boolean
  readonly images: readonly Image[]
  /** Pictures stand where the template wrote this; null: where their marks are. */
  readonly placeholder: string | null
  readonly around: PicturePlace['around']
}

/**
 * Cuts what a template wrote into the parts of a prompt (see [Note: Parts and tokens] in `buildPrompt.ts`).
 *
 * [Note: Marks, not texts] The template never sees what people wrote: it gets marks, and the texts take their place only here, after
 * control tokens and placeholders were told apart. So nothing in them can become one, end a turn, or move a picture; nor can a
 * template change them.
 *
 * Null where the template left a text or a picture out, wrote one twice, or changed their order.
 */
export function renderedParts<Image>(rendered: Rendered<Image>): DraftPart<Image>[] | null {
  const { text, texts, hasSystem, images, placeholder, around, controls } = rendered
  const parts: DraftPart<Image>[] = []
  const seen = { texts: [] as number[], images: [] as number[] }
  let ordinary = ''
  const endOrdinary = () => {
    if (ordinary !== '') parts.push({ type: 'text', text: ordinary, trusted: false })
    ordinary = ''
  }
  for (const [piece] of text.matchAll(piecesOf(placeholder, controls))) {
    const mark = /^\uE000(text|picture)(\d+)\uE001$/.exec(piece)
    const image = piece === placeholder ? seen.images.length : mark?.[1] === 'picture' ? Number(mark[2]) : null
    if (image !== null) {
      if (!(image in images)) return null
      seen.images.push(image)
      ordinary += around[0]
      endOrdinary()
      parts.push({ type: 'image', image: images[image] as Image })
      ordinary = around[1]
    } else if (mark !== null) {
      seen.texts.push(Number(mark[2]))
      ordinary += texts[Number(mark[2])] ?? ''
    } else if (controls.includes(piece)) {
      endOrdinary()
      parts.push({ type: 'text', text: piece, trusted: true })
    } else ordinary += piece
  }
  endOrdinary()
  return isWhole(seen.texts, texts.length, hasSystem ? 1 : 0) && isWhole(seen.images, images.length, 0) ? parts : null
}

/** Marks, placeholders, control tokens, and the stretches between them. */
function piecesOf(placeholder: string | null, controls: readonly string[]): RegExp {
  const special = [...(placeholder === null ? [] : [placeholder]), ...[...controls].sort((a, b) => b.length - a.length)]
  const words = ['\uE000(?:text|picture)\\d+\uE001', ...special.map((token) => token.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))].join('|')
  return new RegExp(`${words}|(?:(?!${words})[^])+`, 'gu')
}

/** Whether all of 0 to `count` - 1 were seen once, those from `first` on in order. */
function isWhole(seen: readonly number[], count: number, first: number): boolean {
  const ordered = seen.filter((index) => index >= first)
  return seen.length === count && ordered.length === count - first && ordered.every((value, index) => value === index + first)
}

import type { ModelInfo } from '../../contract/domains/model.ts'
import { numbersAt } from '../../gguf/ggufHeader.ts'
import { readGguf } from '../../gguf/readGguf.ts'
import { layTiles } from './tiles.ts'
import type { Size } from './tiles.ts'

/** How a model sees a picture: as one square, or as tiles on a canvas of one of these sizes, too. */
export interface Sight {
  /** Side of the square, and of a tile. */
  readonly side: number
  readonly resolutions: readonly [Size, ...Size[]] | null
}

/** LLaVA-1.5's, for as long as no model was loaded. */
export const USUAL_SIGHT: Sight = { side: 336, resolutions: null }

/** Null: the model prepares pictures in a way of its own. Rejects where the projector's header, from which it is told, cannot be read. */
export async function sightOf({ files, imageSide, tokensPerImage }: ModelInfo): Promise<Sight | null> {
  if (imageSide === null) return null
  // A square costs the same whatever is on it: see `NativeProjector.info`.
  if (tokensPerImage !== null || files.projector === null) return { side: imageSide, resolutions: null }
  const { header } = await readGguf(files.projector, 'projector')
  const flat = numbersAt(header.metadata, 'clip.vision.image_grid_pinpoints') ?? []
  const [first, ...more] = flat.flatMap((width, index): Size[] => (index % 2 === 0 ? [{ width, height: flat[index + 1] ?? 0 }] : []))
  return { side: imageSide, resolutions: first === undefined ? null : [first, ...more] }
}

/** Pixels of what the model sees for one of the picture, where it sees most. */
export function scaleOf({ side, resolutions }: Sight, picture: Size): number {
  if (resolutions === null) return side / Math.max(picture.width, picture.height)
  return layTiles(picture, resolutions, side).fitted.width / picture.width
}

import { readGguf, readTensor } from '../gguf/read.ts'
import { matrix } from './matrix.ts'
import type { Matrix } from './matrix.ts'
import { resizeBicubic } from './pillow.ts'
import type { Rgb } from './pillow.ts'
import { visionReference } from './vision.ts'

/**
 * What LLaVA-1.6 gives its language model for a picture: `process_anyres_image` (`llava/mm_utils.py`), then the branch "spatial",
 * "unpad" of `prepare_inputs_labels_for_multimodal` (`llava/model/llava_arch.py`). Written from those sources to be the judge of
 * what we run; each step can be undone, to show that the comparison would notice.
 */
export interface AnyresSteps {
  /** The overview stands before the tiles. */
  readonly overviewFirst: boolean
  /** Features of the black canvas around the picture are removed. */
  readonly unpad: boolean
  /** A learned vector ends every row. */
  readonly newline: boolean
}

export type Size = readonly [width: number, height: number]

/** `blocks`: as of `visionReference`. */
export function anyresReference(path: string, blocks: number, steps: Partial<AnyresSteps> = {}): { embeddings(image: Rgb): Matrix } {
  const { overviewFirst = true, unpad = true, newline = true } = steps
  const file = readGguf(path)
  const tile = Number(file.metadata.get('clip.vision.image_size'))
  const flat = file.metadata.get('clip.vision.image_grid_pinpoints') as readonly number[]
  const resolutions = flat.flatMap((width, i): Size[] => (i % 2 === 0 ? [[width, flat[i + 1] ?? NaN]] : []))
  const name = ['model.image_newline', 'v.image_newline'].find((key) => file.tensors.has(key))
  const rowEnd = newline && name !== undefined ? readTensor(file, name) : null
  const vision = visionReference(path, blocks)
  return {
    embeddings(image) {
      const size: Size = [image.width, image.height]
      const best = selectBestResolution(size, resolutions)
      const tiles = divideToPatches(resizeAndPad(image, best), tile).map((patch) => vision.features(patch))
      const overview = vision.features(resizeBicubic(image, tile, tile))
      const map = assembled(tiles, best[0] / tile)
      const rows = withRowEnds(unpad ? unpadded(map, size) : map, rowEnd)
      return overviewFirst ? concat([overview, rows]) : concat([rows, overview])
    },
  }
}

/** Tokens of a picture: `side` features in a row of a tile of `tile` pixels, and a vector at the end of every row. */
export function countAnyresTokens(size: Size, resolutions: readonly Size[], tile: number, side: number): number {
  const [width, height] = selectBestResolution(size, resolutions)
  const row = Array.from({ length: (width / tile) * side }, () => new Float64Array(0))
  const map = unpadded(Array.from({ length: (height / tile) * side }, () => row), size)
  return side * side + map.reduce((sum, features) => sum + features.length + 1, 0)
}

export function selectBestResolution([originalWidth, originalHeight]: Size, resolutions: readonly Size[]): Size {
  let best: Size = [NaN, NaN]
  let maxEffective = 0
  let minWasted = Infinity
  for (const [width, height] of resolutions) {
    const scale = Math.min(width / originalWidth, height / originalHeight)
    const [downscaledWidth, downscaledHeight] = [Math.trunc(originalWidth * scale), Math.trunc(originalHeight * scale)]
    const effective = Math.min(downscaledWidth * downscaledHeight, originalWidth * originalHeight)
    const wasted = width * height - effective
    if (effective > maxEffective || (effective === maxEffective && wasted < minWasted)) {
      maxEffective = effective
      minWasted = wasted
      best = [width, height]
    }
  }
  return best
}

export function resizeAndPad(image: Rgb, [targetWidth, targetHeight]: Size): Rgb {
  const [scaleWidth, scaleHeight] = [targetWidth / image.width, targetHeight / image.height]
  const isWide = scaleWidth < scaleHeight
  const width = isWide ? targetWidth : Math.min(Math.ceil(image.width * scaleHeight), targetWidth)
  const height = isWide ? Math.min(Math.ceil(image.height * scaleWidth), targetHeight) : targetHeight
  const resized = resizeBicubic(image, width, height)
  const [left, top] = [Math.floor((targetWidth - width) / 2), Math.floor((targetHeight - height) / 2)]
  const data = new Uint8Array(targetWidth * targetHeight * 3)
  for (let y = 0; y < height; y++) data.set(resized.data.subarray(y * width * 3, (y + 1) * width * 3), ((y + top) * targetWidth + left) * 3)
  return { width: targetWidth, height: targetHeight, data }
}

function divideToPatches(image: Rgb, size: number): Rgb[] {
  const patches: Rgb[] = []
  for (let top = 0; top < image.height; top += size) {
    for (let left = 0; left < image.width; left += size) {
      const data = new Uint8Array(size * size * 3)
      for (let y = 0; y < size; y++) {
        const from = ((top + y) * image.width + left) * 3
        data.set(image.data.subarray(from, from + size * 3), y * size * 3)
      }
      patches.push({ width: size, height: size, data })
    }
  }
  return patches
}

/** Rows of a feature map, each a list of feature vectors. */
type FeatureMap = readonly (readonly Float64Array[])[]

/** `view(tilesHigh, tilesWide, side, side)`, then `permute(tilesHigh, side, tilesWide, side)`: one map of all tiles. */
function assembled(tiles: readonly Matrix[], tilesWide: number): FeatureMap {
  const [first] = tiles
  if (first === undefined) throw new Error('no tiles')
  const side = Math.sqrt(first.rows)
  const tilesHigh = tiles.length / tilesWide
  return Array.from({ length: tilesHigh * side }, (_, y) =>
    Array.from({ length: tilesWide * side }, (__, x) => {
      const tile = tiles[Math.floor(y / side) * tilesWide + Math.floor(x / side)] as Matrix
      const row = (y % side) * side + (x % side)
      return tile.data.subarray(row * tile.columns, (row + 1) * tile.columns)
    }),
  )
}

function unpadded(map: FeatureMap, [originalWidth, originalHeight]: Size): FeatureMap {
  const [height, width] = [map.length, map[0]?.length ?? 0]
  if (originalWidth / originalHeight > width / height) {
    const newHeight = Math.trunc(originalHeight * (width / originalWidth))
    const padding = Math.floor((height - newHeight) / 2)
    return map.slice(padding, height - padding)
  }
  const newWidth = Math.trunc(originalWidth * (height / originalHeight))
  const padding = Math.floor((width - newWidth) / 2)
  return map.map((row) => row.slice(padding, width - padding))
}

function withRowEnds(map: FeatureMap, rowEnd: Float32Array | null): Matrix {
  const vectors = map.flatMap((row) => (rowEnd === null ? row : [...row, Float64Array.from(rowEnd)]))
  const columns = vectors[0]?.length ?? 0
  const data = new Float64Array(vectors.length * columns)
  vectors.forEach((vector, i) => data.set(vector, i * columns))
  return matrix(vectors.length, columns, data)
}

function concat(parts: readonly [Matrix, Matrix]): Matrix {
  const [first, second] = parts
  const columns = Math.max(first.columns, second.columns)
  return matrix(first.rows + second.rows, columns, Float64Array.from([...first.data, ...second.data]))
}

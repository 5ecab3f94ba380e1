import { createHash } from 'node:crypto'
import { pixelsAsTiff } from './pixelsAsTiff.ts'
import { heifPixels } from './readHeif.ts'

/** Milliseconds for which the picture decoded last is kept, and the most bytes of it: 50 megapixels. */
const KEPT_FOR = 60_000, MOST_KEPT = 150e6

/** The picture decoded last, by the hash of its file. */
let last: { readonly hash: string; readonly tiff: Promise<Buffer> } | null = null
let forget: NodeJS.Timeout | undefined

/**
 * A HEIF picture as a TIFF that sharp reads. A phone's photo takes seconds to decode, and what happens to a new picture comes at once:
 * its preview, its large view, its way to the model. So the last one is kept for a minute. Rejects like `heifPixels`.
 */
export async function heifAsTiff(bytes: Uint8Array, name: string): Promise<Buffer> {
  const hash = createHash('sha256').update(bytes).digest('hex')
  if (last?.hash === hash) return await last.tiff
  const tiff = heifPixels(bytes, name).then(pixelsAsTiff)
  const entry = { hash, tiff }
  const drop = () => {
    if (last === entry) last = null
  }
  last = entry
  clearTimeout(forget)
  forget = setTimeout(drop, KEPT_FOR).unref()
  try {
    const made = await tiff
    if (made.byteLength > MOST_KEPT) drop()
    return made
  } catch (error) {
    drop()
    throw error
  }
}

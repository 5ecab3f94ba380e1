import { oc } from '@orpc/contract'
import * as z from 'zod'
import { region } from './domains/extraction.ts'
import { imageRef, sha256 } from './domains/image.ts'

const route = oc.errors({ APP: { data: z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }) } })
const id = z.object({ id: sha256 })

/** What the model gets of a picture. */
export const seenPicture = z.object({
  /**
   * `square`: all it sees. `overview`: the first of several squares, the whole picture squashed; tiles with more detail follow it.
   * `own`: the picture as it is handed to a model that prepares it in a way of its own.
   */
  way: z.enum(['square', 'overview', 'own']),
  /** PNG, pixel for pixel what the engine makes. */
  picture: z.instanceof(Blob),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  /** Tokens of a prompt that the whole picture takes, tiles included. */
  tokens: z.number().int(),
  /** Behind an overview: the canvas that is cut into tiles, as PNG. */
  tiles: z.object({ picture: z.instanceof(Blob), width: z.number().int().positive(), height: z.number().int().positive(), columns: z.number().int(), rows: z.number().int() }).nullable(),
})
export type SeenPicture = z.infer<typeof seenPicture>

/** Whether the print on a picture can be read by the model. Heights are those of capitals and digits of the fine print. */
export const picturePrint = z.object({
  /**
   * `none`: no print was found. `legible`. `tooSmall`: as a whole; a part of the picture may be asked about instead. `tooFewPixels`: the
   * picture itself has too few pixels for its print. `unknown`: how this model sees a picture is not known.
   */
  verdict: z.enum(['none', 'legible', 'tooSmall', 'tooFewPixels', 'unknown']),
  /** Pixels of the picture itself; null where no print was found. */
  height: z.number().positive().nullable(),
  /** Pixels of what the model sees; null where no print was found, or that is not known. */
  seenHeight: z.number().positive().nullable(),
})
export type PicturePrint = z.infer<typeof picturePrint>

/** Routes about looking at a picture; part of `images`. */
export const viewApi = {
  /**
   * Cuts a part (in shares of width and height) out of a stored picture, from its own pixels, and stores it as a picture of its own
   * without any metadata. A part of a part is a part of the picture that was given. All of a picture is that picture.
   */
  crop: route.input(id.extend({ region })).output(imageRef),
  /** Waits for the model. Rejects `MODEL_HAS_NO_VISION` and as every call that needs a model. */
  seen: route.input(id).output(seenPicture),
  /** Judged for the model in use, or LLaVA-1.5 while none is; needs no model. */
  print: route.input(id).output(picturePrint),
}

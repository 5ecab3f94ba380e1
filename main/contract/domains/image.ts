import * as z from 'zod'

/** Formats the app reads; decided by magic bytes, never by name or MIME type. */
export const imageFormats = ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff', 'bmp', 'svg', 'heic'] as const

/** A SHA-256 in lower-case hex: the identity of a stored file's bytes. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** Where a picture was cut out of another one. Pixels of that one, upright, from its upper left corner. */
export const imageRegion = z.object({
  /** The picture as the person gave it. */
  source: z.object({ id: sha256, name: z.string().max(1024), width: z.number().int().positive(), height: z.number().int().positive() }),
  x: z.number().int().nonnegative(),
  y: z.number().int().nonnegative(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
})
export type ImageRegion = z.infer<typeof imageRegion>

/** A picture in the image store. Its bytes are fetched from the host by id (`/images/<id>/<variant>`), never sent over RPC. */
export const imageRef = z.object({
  /** SHA-256 of the bytes as the person gave them. */
  id: sha256,
  /** File name as given; for display only. */
  name: z.string().max(1024),
  format: z.enum(imageFormats),
  /** Pixels after EXIF rotation. */
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  /** Size of the stored file. */
  bytes: z.number().int().nonnegative(),
  /** Its place in the picture it was cut out of; absent for a picture of its own. */
  region: imageRegion.optional(),
})
export type ImageRef = z.infer<typeof imageRef>

/** A picture that was just stored, with what only its file tells. */
export const addedImage = imageRef.extend({
  /** Pictures in the file: frames of an animation, pages of a TIFF. The first is what is shown and asked about. */
  frames: z.number().int().positive(),
})
export type AddedImage = z.infer<typeof addedImage>

/** A picture that comes with the app, of those the demo model can read. Not stored until `images.addSample`. */
export const sampleImage = z.object({
  /** Its file name; what `images.addSample` takes. */
  name: z.string(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  /** WebP, at most 160 px a side. */
  preview: z.instanceof(Blob),
})
export type SampleImage = z.infer<typeof sampleImage>

/** `thumbnail`: at most 320 px a side, WebP. `full`: as a browser can show it, upright, sRGB, at most 4096 px a side. */
export const imageVariants = ['thumbnail', 'full'] as const
export type ImageVariant = (typeof imageVariants)[number]

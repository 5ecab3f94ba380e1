import { AppError } from '../../contract/errors/AppError.ts'
import type { Picture } from '../../engine/protocol.ts'
import { DECODE_VERSION } from './decode.ts'
import type { PixelFile } from './PixelFiles.ts'

/** A picture that can be handed to the engine: known by its key, decoded only where the engine has nothing cached. */
export interface PictureSource {
  readonly key: string
  /** The file's name as the person knows it. */
  readonly name: string
  /** Decodes it into a file, to be disposed of after the engine has answered. */
  prepare(): Promise<PixelFile>
}

/** What the engine knows a picture by: its file's SHA-256, and the version of what makes pixels of it. */
export function pictureKey(id: string): string {
  return `${id}-v${DECODE_VERSION}`
}

/** `id` is the SHA-256 of the file's bytes. */
export function pictureSource(id: string, name: string, prepare: () => Promise<PixelFile>): PictureSource {
  return { key: pictureKey(id), name, prepare }
}

/** Pictures of one prompt on their way to the engine. */
export interface PreparedPictures {
  readonly pictures: ReadonlyMap<PictureSource, Picture>
  dispose(): Promise<void>
}

/**
 * Decodes those pictures whose key is among `needed`; the others get a path that leads nowhere, since the engine reads
 * the path of a picture it has cached in no case. Rejects like `prepare` and with `ABORTED`, and leaves no file behind then.
 */
export async function preparePictures(sources: readonly PictureSource[], needed: ReadonlySet<string>, signal: AbortSignal): Promise<PreparedPictures> {
  const pictures = new Map<PictureSource, Picture>()
  const byKey = new Map<string, PixelFile>()
  const dispose = async () => {
    for (const file of byKey.values()) await file.dispose()
  }
  try {
    for (const source of sources) {
      if (signal.aborted) throw new AppError('ABORTED')
      if (needed.has(source.key) && !byKey.has(source.key)) byKey.set(source.key, await source.prepare())
      pictures.set(source, { key: source.key, path: byKey.get(source.key)?.path ?? '' })
    }
  } catch (error) {
    await dispose()
    throw error
  }
  return { pictures, dispose }
}

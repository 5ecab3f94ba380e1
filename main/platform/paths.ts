import { join } from 'node:path'

/** Where everything of one data folder lies. No other module joins paths of the data folder. */
export interface DataPaths {
  readonly root: string
  readonly database: string
  readonly images: string
  /** Thumbnails and views made from images; may be deleted at any time. */
  readonly derived: string
  /** Decoded pictures on their way to the engine; emptied at every start. */
  readonly pixels: string
  /** What the graphics backends of this machine turned out to be; may be deleted at any time. */
  readonly backends: string
  /** One lock file per running process, see `storage/ProcessLock.ts`. */
  readonly locks: string
  readonly settings: string
  readonly log: string
}

export function dataPaths(root: string): DataPaths {
  return {
    root,
    database: join(root, 'chats.db'),
    images: join(root, 'images'),
    derived: join(root, 'cache', 'derived'),
    pixels: join(root, 'cache', 'pixels'),
    backends: join(root, 'cache', 'backends.json'),
    locks: join(root, 'locks'),
    settings: join(root, 'settings.json'),
    log: join(root, 'logs', 'main.log'),
  }
}

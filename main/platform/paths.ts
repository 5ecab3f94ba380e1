import { join } from 'node:path'

/** Where everything of one data folder lies. No other module joins paths of the data folder. */
export interface DataPaths {
  readonly root: string
  readonly database: string
  readonly images: string
  /** Documents of runs that came without a path, by their SHA-256. */
  readonly documents: string
  /** Thumbnails and views made from images; may be deleted at any time. */
  readonly derived: string
  /** Decoded pictures on their way to the engine; emptied at every start. */
  readonly pixels: string
  /** Exports and imports on their way; emptied at every start. */
  readonly transfers: string
  /** What the graphics backends of this machine turned out to be; may be deleted at any time. */
  readonly backends: string
  /** Loads that had to be made smaller on this machine; may be deleted at any time. */
  readonly memorySteps: string
  /** What the engine has computed, see `engineCache.ts`; may be deleted at any time. */
  readonly engineCache: string
  /** One lock file per running process, see `storage/ProcessLock.ts`. */
  readonly locks: string
  /** Downloaded models, a folder for each repository; see `modelFile`. */
  readonly models: string
  readonly settings: string
  /** The hub's access token, readable by its owner alone. */
  readonly hubToken: string
  /** What lets other programs ask, readable by its owner alone. */
  readonly apiToken: string
  readonly log: string
}

export function dataPaths(root: string): DataPaths {
  return {
    root,
    database: join(root, 'chats.db'),
    images: join(root, 'images'),
    documents: join(root, 'documents'),
    derived: join(root, 'cache', 'derived'),
    pixels: join(root, 'cache', 'pixels'),
    transfers: join(root, 'cache', 'transfers'),
    backends: join(root, 'cache', 'backends.json'),
    memorySteps: join(root, 'cache', 'memory-steps.json'),
    engineCache: join(root, 'cache', 'engine'),
    locks: join(root, 'locks'),
    models: join(root, 'models'),
    settings: join(root, 'settings.json'),
    hubToken: join(root, 'hub-token'),
    apiToken: join(root, 'api-token'),
    log: join(root, 'logs', 'main.log'),
  }
}

/** What no file system of the three platforms takes in a name, or takes for something else (Windows: `name:stream`). */
const unsafe = /[<>:"|?*\\\u0000-\u001f\u007f]/g
/** Names Windows keeps for devices, with any extension. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i

/**
 * Where a file of a repository lies: `<models>/<owner>--<name>/<path>`. Both come from a stranger: the path of the result
 * is always inside `models`, and every part of it a name all platforms take.
 */
export function modelFile(models: string, repository: string, path: string): string {
  return join(models, plainName(repository.replace('/', '--')), ...path.split('/').map(plainName))
}

function plainName(name: string): string {
  const plain = name.replace(unsafe, '_').replace(device, '$1_').replace(/[. ]+$/, (end) => '_'.repeat(end.length))
  return plain === '' ? '_' : plain
}

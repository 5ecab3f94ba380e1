import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheName } from '../../../platform/engineCache.ts'
import { systemCode } from '../../../platform/fileErrors.ts'
import type { NativeEmbeddings } from '../../native/binding.d.ts'
import { log } from '../log.ts'
import type { CacheFolder } from './CacheFolder.ts'
import { readEmbeddings, writeEmbeddings } from './embeddingFile.ts'

/** Embeddings of pictures on disk, those of one projector. */
export class EmbeddingStore {
  readonly #folder: CacheFolder
  readonly #fingerprint: string
  readonly #width: number
  readonly #reading = new Map<string, Promise<NativeEmbeddings | null>>()
  /** Writes one after the other: each makes its room first. */
  #written: Promise<void> = Promise.resolve()

  /** `width`: of the projector's vectors. */
  constructor(folder: CacheFolder, fingerprint: string, width: number) {
    this.#folder = folder
    this.#fingerprint = fingerprint
    this.#width = width
  }

  /** Embeddings of a picture; null where there are none. A damaged file is deleted. Never rejects. */
  async read(key: string): Promise<NativeEmbeddings | null> {
    let reading = this.#reading.get(key)
    if (reading === undefined) {
      reading = this.#read(key).finally(() => this.#reading.delete(key))
      this.#reading.set(key, reading)
    }
    return await reading
  }

  /** Keeps a picture's embeddings, in the background. */
  write(key: string, embeddings: NativeEmbeddings): void {
    const work = async () => {
      const file = writeEmbeddings(key, embeddings)
      const path = this.#path(key)
      if (await this.#folder.makeRoom(file.length, path)) await this.#folder.write(path, file)
    }
    // There may be no memory for the file's bytes; the answer has what it needs.
    this.#written = this.#written.then(work).catch((error: unknown) => this.#folder.warn(error))
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await this.#written
  }

  async #read(key: string): Promise<NativeEmbeddings | null> {
    if ((await this.#folder.limit()) === 0) return null
    const path = this.#path(key)
    let file: Buffer
    try {
      file = await readFile(path)
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') log('warn', `${path} could not be read: ${String(error)}`)
      return null
    }
    const embeddings = readEmbeddings(file, key, this.#width)
    if (embeddings === null) {
      log('warn', `${path} is damaged and was deleted`)
      await this.#folder.remove(path)
    } else await this.#folder.touch(path)
    return embeddings
  }

  #path(key: string): string {
    return join(this.#folder.paths.pictures, `${cacheName(key)}-${this.#fingerprint}.emb`)
  }
}

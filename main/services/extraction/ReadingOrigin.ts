import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Adapter } from '../../contract/domains/model.ts'
import type { Provenance } from '../../contract/domains/extraction.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import { partPaths, readModel } from '../../gguf/readModel.ts'
import { readError } from '../../platform/fileErrors.ts'
import { hashFile } from '../../platform/hashFile.ts'
import { splitName } from '../hub/splitName.ts'
import { templateInEffect } from '../prompt/chooseTemplate.ts'
import type { RecordOrigin } from '../runs/RunPorts.ts'
import { SEED, TEMPERATURE } from './reading/askModel.ts'
import type { TemplateOf } from './reading/preparePrompt.ts'

interface Parts {
  readonly engine: Pick<Engine, 'ready' | 'template'>
  readonly templateOf: TemplateOf
  /** The app's version. */
  readonly app: string
}

/** A model whose file went away under the engine is the fault of no document: these are what pauses a run. */
type Missing = 'MODEL_MISSING' | 'PROJECTOR_MISSING' | 'ADAPTER_MISSING'

/** What reads now, for the provenance of records: the app, the files of model, projector and adapters by their SHA-256, the template of the conversation. */
export class ReadingOrigin {
  readonly #parts: Parts
  /** A model of gigabytes is hashed once in a process. By path, size and time of change. */
  readonly #hashes = new Map<string, Promise<string>>()
  /** The files of a model, likewise. */
  readonly #files = new Map<string, Promise<readonly string[]>>()
  readonly #leaving = new AbortController()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Waits for the model. Rejects its errors, what `readModel` rejects, `PROJECTOR_MISSING`, `ADAPTER_MISSING`, `FILE_UNREADABLE`, and `ABORTED` after `dispose`. */
  async now(): Promise<RecordOrigin> {
    const { engine, templateOf, app } = this.#parts
    const model = await engine.ready(this.#leaving.signal)
    const { embedded } = await engine.template(this.#leaving.signal)
    const { name, files } = model
    const [hashes, projector, adapters] = await Promise.all([this.#modelHashes(files.model), this.#projector(files.projector), Promise.all(model.adapters.map(async (adapter) => await this.#adapter(adapter)))])
    return {
      app,
      model: { name, sha256: hashes[0] ?? null, parts: hashes.length > 1 ? hashes : [] },
      projector,
      adapters,
      conversation: templateInEffect(templateOf(files), { ...model, embedded }),
      temperature: TEMPERATURE,
      seed: SEED,
    }
  }

  dispose(): void {
    this.#leaving.abort()
  }

  /** One after the other: they lie on one disk. */
  async #modelHashes(path: string): Promise<string[]> {
    const isNamedPart = splitName(path) !== null
    const paths = isNamedPart ? await this.#once(this.#files, path, 'MODEL_MISSING', async () => partPaths(await readModel(path))) : [path]
    const hashes: string[] = []
    for (const part of paths) hashes.push(await this.#hash(part, 'MODEL_MISSING'))
    return hashes
  }

  async #projector(path: string | null): Promise<Provenance['projector']> {
    return path === null ? null : { name: basename(path), sha256: await this.#hash(path, 'PROJECTOR_MISSING') }
  }

  async #adapter({ path, scale }: Adapter): Promise<NonNullable<RecordOrigin['adapters']>[number]> {
    return { name: basename(path), sha256: await this.#hash(path, 'ADAPTER_MISSING'), scale }
  }

  async #hash(path: string, missing: Missing): Promise<string> {
    return await this.#once(this.#hashes, path, missing, async () => await hashFile(path, this.#leaving.signal))
  }

  /** What `look` finds out about a file, once for as long as the file stays as it is. */
  async #once<T>(known: Map<string, Promise<T>>, path: string, missing: Missing, look: () => Promise<T>): Promise<T> {
    try {
      const { size, mtimeMs } = await stat(path)
      const key = `${path} ${size} ${mtimeMs}`
      const found = known.get(key) ?? look()
      known.set(key, found)
      found.catch(() => known.delete(key))
      return await found
    } catch (error) {
      if (this.#leaving.signal.aborted) throw new AppError('ABORTED', {}, { cause: error })
      // Whatever else is wrong, such as a file that may not be read, names its file already.
      const known = readError(error, path)
      throw known instanceof AppError && known.code === 'FILE_MISSING' ? new AppError(missing, { path }, { cause: error }) : known
    }
  }
}

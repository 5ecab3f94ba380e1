import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Provenance } from '../../contract/domains/extraction.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import { hashFile } from '../../platform/hashFile.ts'
import type { RecordOrigin } from '../runs/RunPorts.ts'
import { SEED, TEMPERATURE } from './reading/askModel.ts'

/** What reads now, for the provenance of records: the app, and the files of model and projector by their SHA-256. */
export class ReadingOrigin {
  readonly #engine: Pick<Engine, 'ready'>
  readonly #app: string
  /** A model of gigabytes is hashed once in a process. By path, size and time of change. */
  readonly #hashes = new Map<string, Promise<string>>()
  readonly #leaving = new AbortController()

  /** `app`: the app's version. */
  constructor(engine: Pick<Engine, 'ready'>, app: string) {
    this.#engine = engine
    this.#app = app
  }

  /** Waits for the model. Rejects its errors, `MODEL_MISSING`, `PROJECTOR_MISSING`, and `ABORTED` after `dispose`. */
  async now(): Promise<RecordOrigin> {
    const { name, files } = await this.#engine.ready(this.#leaving.signal)
    const [model, projector] = await Promise.all([this.#hash(files.model, 'MODEL_MISSING'), files.projector === null ? null : this.#hash(files.projector, 'PROJECTOR_MISSING')])
    return { app: this.#app, model: { name, sha256: model }, projector: projectorOf(files.projector, projector), temperature: TEMPERATURE, seed: SEED }
  }

  dispose(): void {
    this.#leaving.abort()
  }

  /** A model whose file went away under the engine is the fault of no document: `missing` is what pauses a run. */
  async #hash(path: string, missing: 'MODEL_MISSING' | 'PROJECTOR_MISSING'): Promise<string> {
    try {
      const { size, mtimeMs } = await stat(path)
      const key = `${path} ${size} ${mtimeMs}`
      const known = this.#hashes.get(key) ?? hashFile(path, this.#leaving.signal)
      this.#hashes.set(key, known)
      known.catch(() => this.#hashes.delete(key))
      return await known
    } catch (error) {
      throw this.#leaving.signal.aborted ? new AppError('ABORTED', {}, { cause: error }) : new AppError(missing, { path }, { cause: error })
    }
  }
}

function projectorOf(path: string | null, sha256: string | null): Provenance['projector'] {
  return path === null ? null : { name: basename(path), sha256 }
}

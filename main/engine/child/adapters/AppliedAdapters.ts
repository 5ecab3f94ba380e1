import { stat } from 'node:fs/promises'
import type { Adapter } from '../../../contract/domains/model.ts'
import { AppError } from '../../../contract/errors/AppError.ts'
import type { NativeAdapter, NativeBinding, NativeContext, NativeModel } from '../../native/binding.d.ts'
import { toEngineError } from '../engineError.ts'
import type { GgufFile } from '../../../gguf/readGguf.ts'
import { checkAdapter } from './checkAdapter.ts'

/** What adapters are made with; all of it belongs to the loaded model. */
export interface AdapterParts {
  readonly binding: Pick<NativeBinding, 'loadAdapter'>
  readonly model: NativeModel
  readonly context: Pick<NativeContext, 'setAdapters'>
  readonly file: GgufFile
}

interface Loaded {
  readonly adapter: NativeAdapter
  /** Size and time of the file: one that was trained anew is another adapter. */
  readonly version: string
}

/** The adapters of a loaded model's context. Each file is in memory once, for as long as it is applied. */
export class AppliedAdapters {
  readonly #parts: AdapterParts
  #loaded = new Map<string, Loaded>()
  #list: readonly Adapter[] = []

  constructor(parts: AdapterParts) {
    this.#parts = parts
  }

  get list(): readonly Adapter[] {
    return this.#list
  }

  /** Throws the `ADAPTER_*` codes, from the files' headers alone. */
  async check(wanted: readonly Adapter[]): Promise<void> {
    for (const { path } of wanted) await checkAdapter(path, this.#parts.file)
  }

  /**
   * Applies these and no others, after `check`; only files that are not in memory are read. Call it while nothing is evaluated.
   * Rejects `ADAPTER_MISMATCH`, `OUT_OF_MEMORY`, and leaves what was applied as it was.
   */
  async apply(wanted: readonly Adapter[]): Promise<void> {
    const next = new Map<string, Loaded>()
    try {
      for (const { path } of wanted) if (!next.has(path)) next.set(path, await this.#open(path))
      const scaled = wanted.flatMap(({ path, scale }) => {
        const loaded = next.get(path)
        return loaded === undefined ? [] : [{ adapter: loaded.adapter, scale }]
      })
      await this.#parts.context.setAdapters(scaled)
    } catch (error) {
      await disposeBut(next, this.#loaded)
      throw toEngineError(error)
    }
    const before = this.#loaded
    this.#loaded = next
    this.#list = [...wanted]
    await disposeBut(before, next)
  }

  /** Frees them; the context, which holds them too, goes first. */
  async dispose(): Promise<void> {
    await disposeBut(this.#loaded, new Map())
    this.#loaded = new Map()
  }

  async #open(path: string): Promise<Loaded> {
    const { size, mtimeMs } = await stat(path)
    const version = `${size} ${mtimeMs}`
    const kept = this.#loaded.get(path)
    if (kept?.version === version) return kept
    try {
      return { adapter: await this.#parts.binding.loadAdapter(path, this.#parts.model), version }
    } catch (error) {
      const failure = toEngineError(error)
      throw failure.code === 'ENGINE_FAILED' ? new AppError('ADAPTER_MISMATCH', { path, detail: String(failure.params['detail']) }, { cause: error }) : failure
    }
  }
}

async function disposeBut(loaded: ReadonlyMap<string, Loaded>, kept: ReadonlyMap<string, Loaded>): Promise<void> {
  for (const [path, { adapter }] of loaded) if (kept.get(path)?.adapter !== adapter) await adapter.dispose()
}

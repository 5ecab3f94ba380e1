import type { EngineStatus, ModelInfo } from '../../contract/domains/model.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import type { GenerateEvent, GenerateInput, GenerateStats, LoadOptions, PrefillInput, PromptPart } from '../../engine/protocol.ts'

/** What one `generate` call does: pieces of text in turn; a promise is waited for; an error is thrown. */
export type Script = readonly (string | Promise<unknown> | Error)[]

export const scriptedModel: ModelInfo = {
  name: 'LLaVA test', files: { model: '/m.gguf', projector: '/p.gguf' }, adapters: [], isDemo: false, architecture: 'llama', quantisation: 'F16',
  parameters: 1, contextSize: 2048, vision: true, tokensPerImage: 576, imageSide: 336, backend: 'cpu', device: null, gpuLayers: 0, layers: 1, projectorOnGpu: false, kvType: 'f16', backendNote: '', steppedDown: null,
}

const stats: GenerateStats = {
  promptTokens: 10, imageTokens: 0, generatedTokens: 3, reusedPromptTokens: 4, reusedImages: 0, evaluatedTokens: 6,
  milliseconds: { queue: 0, image: 0, prompt: 1, firstToken: 2, generation: 4, total: 6 },
}

/** An engine for tests of what stands around it: says what it is told to, counts a token per four characters. */
export class ScriptedEngine implements Engine {
  status: EngineStatus = { state: 'none' }
  readonly processId = null
  readonly used: LoadOptions[] = []
  readonly generated: GenerateInput[] = []
  model: ModelInfo = scriptedModel
  loadError: AppError | null = null
  cached = new Set<string>()
  scripts: Script[] = []
  stopped = false
  readonly #listeners = new Set<(status: EngineStatus) => void>()

  subscribe(listener: (status: EngineStatus) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  get subscribers(): number {
    return this.#listeners.size
  }

  show(status: EngineStatus): void {
    this.status = status
    for (const listener of [...this.#listeners]) listener(status)
  }

  use(options: LoadOptions): void {
    this.used.push(options)
    this.retry()
  }

  retry(): void {
    const { code, params } = this.loadError ?? {}
    if (code !== undefined) this.show({ state: 'failed', files: null, error: { code, params: { ...params } } })
    else this.show({ state: 'ready', info: this.model })
  }

  async ready(signal?: AbortSignal): Promise<ModelInfo> {
    for (;;) {
      if (signal?.aborted === true) throw new AppError('ABORTED')
      if (this.status.state === 'ready') return this.status.info
      if (this.status.state === 'failed') throw new AppError(this.status.error.code, this.status.error.params)
      if (this.status.state === 'none') throw new AppError('MODEL_NONE')
      await tick()
    }
  }

  readonly rests: (number | null)[] = []
  restAfter(minutes: number | null): void {
    this.rests.push(minutes)
  }

  inFull = 0
  tryInFull(): void {
    this.inFull++
    this.retry()
  }

  unload(): Promise<void> {
    this.show({ state: 'none' })
    return Promise.resolve()
  }

  readonly released: string[][] = []
  release(paths: readonly string[]): Promise<void> {
    this.released.push([...paths])
    const { status } = this
    return status.state === 'ready' && paths.some((path) => Object.values(status.info.files).includes(path)) ? this.unload() : Promise.resolve()
  }

  async *generate(input: GenerateInput, signal?: AbortSignal): AsyncGenerator<GenerateEvent, void, undefined> {
    this.generated.push(input)
    const script = this.scripts.shift() ?? ['A', ' b', ' c']
    yield { type: 'progress', phase: 'prompt', fraction: 0.5 }
    let seq = 0
    for (const step of script) {
      await tick()
      if (step instanceof Promise) await Promise.race([step, aborted(signal)])
      if (signal?.aborted === true) throw new AppError('ABORTED')
      if (step instanceof Error) throw step
      if (typeof step === 'string') yield { type: 'delta', seq: seq++, text: step, tokens: [seq] }
    }
    yield { type: 'end', stop: 'end', stats }
  }

  readonly prefilled: PrefillInput[] = []
  prefill(input: PrefillInput): Promise<{ evaluatedTokens: number }> {
    this.prefilled.push(input)
    return Promise.resolve({ evaluatedTokens: 4 })
  }

  count(prompt: readonly PromptPart[]) {
    const imageTokens = prompt.filter((part) => part.type === 'image').length * 576
    const text = prompt.reduce((sum, part) => sum + (part.type === 'text' ? Math.ceil(part.text.length / 4) : 0), 0)
    return Promise.resolve({ tokens: text + imageTokens, imageTokens, contextSize: this.model.contextSize })
  }

  tokenize(): Promise<{ tokens: number[] }> {
    return Promise.resolve({ tokens: [] })
  }

  /** No chat template in its file, as most LLaVA models have none. */
  template(): Promise<{ embedded: boolean; projector: string | null }> {
    return Promise.resolve({ embedded: false, projector: this.model.vision ? 'mlp' : null })
  }

  render: Engine['render'] = () => Promise.reject(new AppError('TEMPLATE_FAILED', { model: this.model.name, detail: 'it has none' }))

  missing(keys: readonly string[]) {
    return Promise.resolve({ keys: keys.filter((key) => !this.cached.has(key)) })
  }

  see: Engine['see'] = () => Promise.resolve({ width: 336, height: 336, tokens: 576, embeddingWidth: 4096 })

  probe(): Promise<never> {
    return Promise.reject(new AppError('UNSUPPORTED_HERE', { what: 'probe' }))
  }

  measure: Engine['measure'] = () => Promise.reject(new AppError('UNSUPPORTED_HERE', { what: 'measure' }))

  memory: Engine['memory'] = () => Promise.reject(new AppError('UNSUPPORTED_HERE', { what: 'memory' }))

  stop(): Promise<void> {
    this.stopped = true
    return Promise.resolve()
  }
}

function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) resolve()
    signal?.addEventListener('abort', () => resolve(), { once: true })
  })
}

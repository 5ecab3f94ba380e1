import type { ModelInfo } from '../../../contract/domains/model.ts'
import type { LoadEvent, LoadOptions } from '../../protocol.ts'
import { protocol } from './InMemoryProcess.ts'

/** Handlers of an in-memory process that loads any model at once, and what belongs to them. */

export const options: LoadOptions = { files: { model: '/models/a.gguf', projector: null }, isDemo: false, backend: 'cpu', threads: null, contextSize: null, gpuLayers: null }

export const info: ModelInfo = {
  name: 'a', files: options.files, adapters: [], isDemo: false, architecture: 'llama', quantisation: 'F16', parameters: 1, contextSize: 2048, vision: false,
  tokensPerImage: null, imageSide: null, backend: 'cpu', device: null, gpuLayers: 0, layers: 2, projectorOnGpu: false, kvType: 'f16', backendNote: '', steppedDown: null,
}

export async function* streamOf<T>(...events: T[]): AsyncGenerator<T, void, void> {
  await Promise.resolve()
  yield* events
}

export const unload = protocol.unload.handler(() => ({}))
export const ready = protocol.load.handler(() => streamOf<LoadEvent>({ type: 'progress', fraction: 0.5 }, { type: 'ready', info }))

import type { Download } from '../../../../main/contract/domains/download.ts'
import type { InstalledModel, Plan } from '../../../../main/contract/domains/library.ts'
import type { Client } from '../../transport/Connection.svelte.ts'

type Tree<T> = { [K in keyof T]?: T[K] extends (...input: never[]) => unknown ? (...input: Parameters<T[K]>) => unknown : Tree<T[K]> }

/** A client of which only these routes may be called. */
export function clientOf(models: Tree<Client['models']>): Client {
  return { models } as unknown as Client
}

export function downloadOf(change: Partial<Download> = {}): Download {
  return {
    id: 'd1',
    name: 'LLaVA-1.5 7B',
    state: 'running',
    files: [],
    bytes: 1000,
    received: 0,
    bytesPerSecond: null,
    secondsLeft: null,
    error: null,
    request: { type: 'catalogue', model: 'llava-1.5-7b', variant: 'q4-k-m' },
    installed: null,
    ...change,
  }
}

export function installedOf(change: Partial<InstalledModel> = {}): InstalledModel {
  return {
    id: 'm1',
    name: 'LLaVA-1.5 7B',
    files: { model: '/models/llava.gguf', projector: '/models/mmproj.gguf' },
    adapters: [],
    template: null,
    source: 'import',
    catalogue: null,
    repository: null,
    bytes: 5e9,
    missing: [],
    addedAt: 0,
    ...change,
  }
}

export const planOf = (contextSize: number): Plan => ({
  verdict: 'fits',
  places: [],
  chosen: { backend: 'cpu', device: null, gpuLayers: 0, layers: 32, projectorOnGpu: false, contextSize, kvType: 'f16', conversations: 1 },
  note: '',
})

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Backend } from '../../../contract/domains/model.ts'
import { log } from '../log.ts'
import { fallbackFolder, libraryFolder } from './libraryFolder.ts'

/** What we use of node-llama-cpp's own binding (`BindingModule` of its dist/bindings/AddonTypes.d.ts; it is not exported). */
interface LlamaBinding {
  setLogger(logger: (level: number, text: string) => void): void
  /** Registers the backends in a folder; without one, those the libraries were linked with. */
  loadBackends(folder?: string): void
  /** The graphics backend that was registered; false for none, undefined before any backend is. */
  getGpuType(): Backend | false | undefined
  /** Throws for a device the libraries were not built for. */
  ensureGpuDeviceIsSupported(): void
  getMathCores(): number
  getIsArchSupported(architecture: string): boolean
  init(): Promise<void>
}

/** llama.cpp, loaded into this process. */
export interface LlamaCpp {
  readonly release: string
  /** Cores that help with arithmetic. */
  readonly mathCores: number
  readonly knowsArchitecture: (name: string) => boolean
}

/**
 * [Note: Not getLlama] Loads node-llama-cpp's prebuilt libraries as its `getLlama()` does (dist/bindings/Llama.js), without
 * `getLlama()`: that starts a process of its own first, to see whether the libraries load at all. This process is there for
 * that: a crash here harms nobody, and the supervisor tries graphics backends in one more. Without it the engine is there in
 * 50 ms instead of 800, and it starts in a package whose Electron cannot run as Node (the `runAsNode` fuse), where that
 * process would be a second window.
 */
export async function loadLlamaCpp(variant: Backend, wantsGraphics: boolean): Promise<LlamaCpp> {
  const folder = libraryFolder(variant)
  const binding = createRequire(import.meta.url)(join(folder, 'llama-addon.node')) as LlamaBinding
  // Until our addon has its own logger.
  binding.setLogger((_level, text) => log('info', text))
  const isComplete = () => {
    const type = binding.getGpuType()
    return type !== undefined && (!wantsGraphics || type === variant)
  }
  for (const place of [undefined, folder, fallbackFolder(variant) ?? folder]) if (!isComplete()) binding.loadBackends(place)
  if (!isComplete()) throw new Error(`the libraries have no working ${variant} backend`)
  if (wantsGraphics) binding.ensureGpuDeviceIsSupported()
  await binding.init()
  return { release: releaseOf(folder), mathCores: Math.max(1, Math.floor(binding.getMathCores())), knowsArchitecture: (name) => binding.getIsArchSupported(name) }
}

/** llama.cpp's release, from the note node-llama-cpp's build leaves beside the libraries. */
function releaseOf(folder: string): string {
  const metadata = JSON.parse(readFileSync(join(folder, '_nlcBuildMetadata.json'), 'utf8')) as { buildOptions?: { llamaCpp?: { release?: string } } }
  return metadata.buildOptions?.llamaCpp?.release ?? 'unknown'
}

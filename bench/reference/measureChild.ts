import { createRequire } from 'node:module'
import { basename, dirname } from 'node:path'
import { argv, stdout } from 'node:process'
import { getLlama } from 'node-llama-cpp'
import type { NativeBinding } from '../../main/engine/native/binding.d.ts'

/** Runs in a process of its own, since a process can hold one build of the addon. Arguments: `<variant>/llava-desk.node`, model, projector. Prints the measurement, or the code of its error. */
const [addonPath = '', model = '', projector = ''] = argv.slice(2)

// The addon finds its libraries among those that this loads.
await getLlama({ gpu: basename(dirname(addonPath)) === 'metal' ? 'metal' : false, build: 'never' })
const addon = createRequire(import.meta.url)(addonPath) as NativeBinding
const context = { contextSize: 512, batchSize: 512, microBatchSize: 512, sequences: 1, threads: 1, flashAttention: true, kvType: 'f16' } as const
try {
  stdout.write(JSON.stringify(await addon.measure(model, projector, { gpuLayers: 0, useMmap: true, devices: 'none', context, projectorOnGpu: false })))
} catch (error) {
  stdout.write(JSON.stringify((error as { code?: string }).code ?? String(error)))
}
// llama.cpp's libraries keep handles open that would hold the process.
process.exit(0)

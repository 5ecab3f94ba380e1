import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname } from 'node:path'
import { argv } from 'node:process'
import { getLlama } from 'node-llama-cpp'
import type { NativeBinding } from '../../main/engine/native/binding.d.ts'
import type { EncodeJob, EncodeOutcome } from './encodeInChild.ts'

/** Runs in a process of its own, since a process can hold one build of the addon. Arguments: `<variant>/llava-desk.node`, a file of jobs, where the outcomes go. */
const [addonPath = '', jobsPath = '', outcomesPath = ''] = argv.slice(2)
const { modelPath, jobs } = JSON.parse(readFileSync(jobsPath, 'utf8')) as { modelPath: string; jobs: EncodeJob[] }

// The addon finds its libraries among those that this loads.
await getLlama({ gpu: basename(dirname(addonPath)) === 'metal' ? 'metal' : false, build: 'never' })
const addon = createRequire(import.meta.url)(addonPath) as NativeBinding
const model = await addon.loadModel(modelPath, { gpuLayers: 0, useMmap: true, devices: 'none' }, () => undefined).done
const outcomes: EncodeOutcome[] = []
for (const job of jobs) outcomes.push(await encode(job))
await model.dispose()
writeFileSync(outcomesPath, JSON.stringify(outcomes))
// llama.cpp's libraries keep handles open that would hold the process.
process.exit(0)

async function encode(job: EncodeJob): Promise<EncodeOutcome> {
  try {
    const projector = await addon.loadProjector(job.projectorPath, model, { useGpu: false, threads: 1 }, () => undefined).done
    const embeddings = await projector.encode(readFileSync(job.rgbPath), job.width, job.height)
    const square = projector.info.preparation !== 'libmtmd' ? await projector.square(readFileSync(job.rgbPath), job.width, job.height) : null
    writeFileSync(job.outPath, new Uint8Array(embeddings.data.buffer, embeddings.data.byteOffset, embeddings.data.byteLength))
    if (square !== null) writeFileSync(job.squarePath, square.rgb)
    await projector.dispose()
    return { tokens: embeddings.tokens, width: embeddings.width }
  } catch (error) {
    return { error: (error as { code?: string }).code ?? String(error) }
  }
}

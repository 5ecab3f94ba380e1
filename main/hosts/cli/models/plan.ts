import type { MemoryPlace, Plan } from '../../../contract/domains/library.ts'
import type { ModelFiles } from '../../../contract/domains/model.ts'
import { AppError } from '../../../contract/errors/AppError.ts'
import { createLogger, stderrSink } from '../../../platform/log.ts'
import { PlanService } from '../../../services/models/PlanService.ts'
import { createEngine } from '../../shared/createEngine.ts'
import type { HostContext } from '../../shared/HostContext.ts'
import type { Terminal } from '../terminal.ts'
import type { PlanOptions } from './program.ts'
import { size, table } from './table.ts'
import type { OpenModels } from './withModels.ts'
import { wordsOf } from './words.ts'

/** `plan`: what loading these files would take here. Rejects with what is wrong with them, `OUT_OF_MEMORY` where they do not fit. */
export async function plan(files: ModelFiles, options: PlanOptions, { services, settings, paths, signal }: OpenModels, host: HostContext, terminal: Terminal, verbose: boolean): Promise<void> {
  const engine = createEngine(host, createLogger(verbose ? [stderrSink] : [], 'debug'), paths)
  try {
    const plans = new PlanService({
      engine,
      loadOptions: (wanted, choices) => ({ files: wanted, isDemo: false, ...settings.engine, ...choices, adapters: [...(services.library.ofFiles(wanted)?.adapters ?? [])] }),
    })
    const planned = await plans.plan(files, choicesOf(options), signal)
    terminal.out(options.json === true ? `${JSON.stringify({ files, ...planned }, null, 2)}\n` : describe(planned, terminal))
    // A script asks whether it would work.
    if (planned.verdict === 'tooLarge' && options.json !== true) throw new AppError('OUT_OF_MEMORY', { detail: lack(planned, terminal) })
  } finally {
    await engine.stop()
  }
}

/** What was chosen on the command line; the settings decide the rest. */
function choicesOf({ backend, context, gpuLayers, kv, projector }: PlanOptions) {
  return {
    ...(backend === 'auto' ? {} : { backend }),
    ...(context === undefined ? {} : { contextSize: context }),
    ...(gpuLayers === undefined ? {} : { gpuLayers }),
    ...(kv === undefined ? {} : { kvType: kv }),
    ...(projector === undefined ? {} : { projectorOnGpu: projector === 'gpu' }),
  }
}

function describe({ verdict, places, chosen, note }: Plan, { language }: Terminal): string {
  const words = wordsOf(language)
  const device = chosen.device === null ? chosen.backend : `${chosen.backend}, ${chosen.device}`
  const layers = chosen.gpuLayers === 0 ? [] : [`${chosen.gpuLayers}/${chosen.layers} ${words.layers}`]
  const how = [device, ...layers, words.context(chosen.contextSize), `KV ${chosen.kvType}`].join(' · ')
  const taking = places.filter(({ neededBytes }) => neededBytes > 0).map((place) => memory(place, language))
  return `${words.verdicts[verdict]}\n${how}\n${note === '' ? '' : `${note}\n`}\n${taking.join('\n')}`
}

function memory({ kind, name, parts, neededBytes, freeBytes }: MemoryPlace, language: Terminal['language']): string {
  const words = wordsOf(language)
  const rows = (Object.keys(parts) as (keyof typeof parts)[]).filter((part) => parts[part] > 0).map((part) => [`  ${words.parts[part]}`, size(parts[part])])
  return `${kind === 'ram' ? words.ram : name}: ${words.needs(size(neededBytes), size(freeBytes))}\n${table(rows)}`
}

function lack({ places }: Plan, { language }: Terminal): string {
  const words = wordsOf(language)
  const short = places.filter(({ neededBytes, freeBytes }) => neededBytes > freeBytes)
  return short.map(({ kind, name, neededBytes, freeBytes }) => `${kind === 'ram' ? words.ram : name}: ${words.needs(size(neededBytes), size(freeBytes))}`).join('; ')
}

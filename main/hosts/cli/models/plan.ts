import type { Adapter, MemoryPlace, Plan } from '../../../contract/domains/library.ts'
import type { ModelFiles } from '../../../contract/domains/model.ts'
import { noGraphicsDevice } from '../../../contract/notes.ts'
import { AppError } from '../../../contract/errors/AppError.ts'
import { createLogger, stderrSink } from '../../../platform/log.ts'
import { dataPaths } from '../../../platform/paths.ts'
import { PlanService } from '../../../services/models/PlanService.ts'
import { createEngine } from '../../shared/createEngine.ts'
import { dataFolder } from '../../shared/dataFolder.ts'
import type { HostContext } from '../../shared/HostContext.ts'
import { onStopSignal } from '../../shared/stopSignals.ts'
import { exitCodes } from '../exitCode.ts'
import { readSettings } from '../loadOptions.ts'
import { jsonText, type Terminal } from '../terminal.ts'
import type { PlanOptions } from './program.ts'
import { size, table } from './table.ts'
import { wordsOf } from './words.ts'

/** What is to be planned. */
export interface Planned {
  readonly files: ModelFiles
  readonly adapters: readonly Adapter[]
}

/** `plan`: what loading a model would take here. Rejects with what is wrong with its files, `OUT_OF_MEMORY` where they do not fit. */
export async function plan({ files, adapters }: Planned, options: PlanOptions, host: HostContext, terminal: Terminal): Promise<void> {
  const paths = dataPaths(dataFolder(process.env))
  const controller = new AbortController()
  const endWatch = onStopSignal(
    () => controller.abort(),
    () => process.exit(exitCodes.interrupted),
  )
  const engine = createEngine(host, createLogger(options.verbose === true ? [stderrSink] : [], 'debug'), paths, null)
  try {
    const settings = await readSettings(paths.settings)
    const plans = new PlanService({
      engine,
      loadOptions: (wanted, choices) => ({ files: wanted, isDemo: false, ...settings.engine, ...choices, adapters: [...adapters] }),
    })
    const planned = await plans.plan(files, choicesOf(options), controller.signal)
    terminal.out(options.json === true ? jsonText({ files, ...planned }) : describe(planned, terminal))
    // A script asks whether it would work.
    if (planned.verdict === 'tooLarge') throw new AppError('OUT_OF_MEMORY', { detail: lack(planned, terminal) })
  } finally {
    await engine.stop()
    endWatch()
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
  return `${words.verdicts[verdict]}\n${how}\n${note === '' || note === noGraphicsDevice ? '' : `${note}\n`}\n${taking.join('\n')}`
}

function memory({ kind, name, parts, neededBytes, freeBytes }: MemoryPlace, language: Terminal['language']): string {
  const words = wordsOf(language)
  const rows = (Object.keys(parts) as (keyof typeof parts)[]).filter((part) => parts[part] > 0).map((part) => [`  ${words.parts[part]}`, size(parts[part])])
  return `${words.needs(kind === 'ram' ? words.ram : name, size(neededBytes), size(freeBytes))}\n${table(rows)}`
}

function lack({ places }: Plan, { language }: Terminal): string {
  const words = wordsOf(language)
  const short = places.filter(({ neededBytes, freeBytes }) => neededBytes > freeBytes)
  return short.map(({ kind, name, neededBytes, freeBytes }) => words.needs(kind === 'ram' ? words.ram : name, size(neededBytes), size(freeBytes))).join('; ')
}

import { resolve } from 'node:path'
import type { CatalogueModel } from '../../../contract/domains/catalogue.ts'
import type { Inspection, InstalledModel } from '../../../contract/domains/library.ts'
import { AppError } from '../../../contract/errors/AppError.ts'
import { inspectFiles } from '../../../gguf/inspectFiles.ts'
import { createLogger, stderrSink } from '../../../platform/log.ts'
import { loadCatalogue } from '../../../services/models/catalogue.ts'
import { catalogueFile } from '../../shared/demoModel.ts'
import type { HostContext } from '../../shared/HostContext.ts'
import { errorLine, jsonText, oneLine, type Terminal } from '../terminal.ts'
import { filesAt, filesOf, isPath } from './modelName.ts'
import { plan, type Planned } from './plan.ts'
import type { ModelActions, PlanOptions } from './program.ts'
import { pull } from './pull.ts'
import { parameters, size, table } from './table.ts'
import { withModels } from './withModels.ts'
import { wordsOf } from './words.ts'

/** The `models` commands over the models of the data folder. */
export function modelActions(host: HostContext, terminal: Terminal): ModelActions {
  const words = wordsOf(terminal.language)
  const json = (value: unknown) => terminal.out(jsonText(value))
  return {
    list: async (options) => {
      if (options.available === true) {
        const { models } = loadCatalogue(catalogueFile(host.folders.resources), createLogger([stderrSink]))
        if (options.json === true) json(models)
        else terminal.out(availableTable(models, terminal))
        return
      }
      const models = await withModels(host, terminal, options, async ({ services }) => await services.library.list())
      if (options.json === true) json(models)
      else terminal.out(models.length === 0 ? `${words.none}\n` : installedTable(models, terminal))
    },
    info: async (model, { mmproj, ...options }) => {
      const files = isPath(model) ? await filesAt(model, mmproj) : await withModels(host, terminal, options, async ({ services }) => await filesOf(model, mmproj, services.library))
      const found = await inspectFiles(files)
      if (options.json === true) json({ files, ...found })
      else terminal.out(facts(found, terminal))
      // A script asks whether it would load.
      const [error] = found.findings.filter(({ severity }) => severity === 'error')
      if (error !== undefined) throw new AppError(error.problem.code, error.problem.params)
    },
    pull: async (name, options) => await withModels(host, terminal, options, async (models) => await pull(name, options, models, terminal)),
    import: async (paths, options) => {
      const { added, refused } = await withModels(host, terminal, options, async ({ services, signal }) => await services.library.import(paths.map((path) => resolve(path)), signal))
      if (options.json === true) json({ added, refused })
      else terminal.out(installedTable(added, terminal))
      for (const { problem } of refused) terminal.error(errorLine(problem, terminal.language))
    },
    remove: async (model, options) => {
      const removed = await withModels(host, terminal, options, async ({ services: { library } }) => {
        const { id, name } = library.named(model)
        await library.remove(id, options.keepFiles !== true)
        return { id, name }
      })
      if (options.json === true) json(removed)
      else terminal.out(`${oneLine(words.removed(removed.name))}\n`)
    },
    plan: async (model, options) => await plan(await toPlan(model, options, host, terminal), options, host, terminal),
  }
}

/** A path is taken as it is, and needs no data folder; a model of the list brings its adapters. */
async function toPlan(model: string, { mmproj, ...options }: PlanOptions, host: HostContext, terminal: Terminal): Promise<Planned> {
  if (isPath(model)) return { files: await filesAt(model, mmproj), adapters: [] }
  return await withModels(host, terminal, options, async ({ services: { library } }) => {
    const files = await filesOf(model, mmproj, library)
    return { files, adapters: library.ofFiles(files)?.adapters ?? [] }
  })
}

function installedTable(models: readonly InstalledModel[], { language }: Terminal): string {
  const words = wordsOf(language)
  const row = ({ name, bytes, files, missing }: InstalledModel) => [name, size(bytes), files.projector === null ? words.text : words.pictures, missing.length > 0 ? `${files.model} (${words.missing})` : files.model]
  return table([words.columns, ...models.map(row)])
}

function availableTable(models: readonly CatalogueModel[], { language }: Terminal): string {
  const rows = models.map(({ id, variants, recommended, licence }) => {
    const usual = variants.find((variant) => variant.id === recommended)
    return [id, variants.map(({ quantisation }) => quantisation).join(' '), size(usual?.approximateBytes ?? 0), licence.name]
  })
  return table([wordsOf(language).available, ...rows])
}

function facts({ model, projector, findings }: Inspection, { language }: Terminal): string {
  const words = wordsOf(language)
  const rows: string[][] = []
  if (model !== null) {
    rows.push([model.name, `${model.architecture} ${model.quantisation}`, `${parameters(model.parameters)}, ${words.context(model.contextLength ?? '?')}`, size(model.bytes)])
  }
  if (projector !== null) rows.push([`mmproj ${projector.type}`, `${String(projector.imageSize ?? '?')} px`, words.width(projector.outputWidth ?? '?'), size(projector.bytes)])
  const said = findings.filter(({ severity }) => severity !== 'error').map(({ problem }) => errorLine(problem, language))
  return table(rows) + (findings.length === 0 ? `${words.sound}\n` : said.join(''))
}

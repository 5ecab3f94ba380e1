import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Inspection, InstalledModel } from '../../../contract/domains/library.ts'
import type { ModelFiles } from '../../../contract/domains/model.ts'
import { AppError } from '../../../contract/errors/AppError.ts'
import { fittingProjectors } from '../../../gguf/fittingProjectors.ts'
import { inspectFiles } from '../../../gguf/inspectFiles.ts'
import type { ModelServices } from '../../../services/models/createModelServices.ts'
import { errorSentence } from '../../shared/errorSentence.ts'
import type { HostContext } from '../../shared/HostContext.ts'
import type { Terminal } from '../terminal.ts'
import type { ModelActions } from './program.ts'
import { pull } from './pull.ts'
import { plan } from './plan.ts'
import { size, table } from './table.ts'
import { withModels } from './withModels.ts'
import { wordsOf } from './words.ts'

/** The `models` commands over the models of the data folder. */
export function modelActions(host: HostContext, terminal: Terminal, verbose: boolean): ModelActions {
  const words = wordsOf(terminal.language)
  const json = (value: unknown) => terminal.out(`${JSON.stringify(value, null, 2)}\n`)
  return {
    list: async (options) =>
      await withModels(host, verbose, async ({ services }) => {
        if (options.available === true) {
          if (options.json === true) json(services.catalogue.models)
          else terminal.out(availableTable(services, terminal))
          return
        }
        const models = await services.library.list()
        if (options.json === true) json(models)
        else terminal.out(models.length === 0 ? `${words.none}\n` : installedTable(models, terminal))
      }),
    info: async (model, options) =>
      await withModels(host, verbose, async ({ services }) => {
        const files = await filesOf(model, options.mmproj, services)
        const found = await inspectFiles(files)
        if (options.json === true) json({ files, ...found })
        else terminal.out(facts(found, terminal))
        // A script asks whether it would load.
        const [error] = found.findings.filter(({ severity }) => severity === 'error')
        if (error !== undefined && options.json !== true) throw new AppError(error.problem.code, error.problem.params)
      }),
    pull: async (name, options) => await withModels(host, verbose, async (models) => await pull(name, options, models, terminal)),
    import: async (paths, options) =>
      await withModels(host, verbose, async ({ services, signal }) => {
        const { added, refused } = await services.library.import(paths.map((path) => resolve(path)), signal)
        if (options.json === true) json({ added, refused })
        else terminal.out(installedTable(added, terminal))
        for (const { problem } of refused) terminal.error(`${errorSentence(problem, terminal.language)}\n`)
      }),
    remove: async (model, options) =>
      await withModels(host, verbose, async ({ services }) => {
        const { id, name } = services.library.named(model)
        await services.library.remove(id, options.keepFiles !== true)
        if (options.json === true) json({ id, name })
        else terminal.out(`${words.removed(name)}\n`)
      }),
    plan: async (model, options) => await withModels(host, verbose, async (models) => await plan(await filesOf(model, options.mmproj, models.services), options, models, host, terminal, verbose)),
  }
}

/** The files a person means: a path, else a model at hand. A path without a projector gets the only one beside it that fits. */
async function filesOf(model: string, mmproj: string | undefined, { library }: ModelServices): Promise<ModelFiles> {
  const projector = mmproj === undefined ? null : resolve(mmproj)
  const path = resolve(model)
  if (/[\\/]|\.gguf$/i.test(model) || (await stat(path).catch(() => null))?.isFile() === true) {
    const beside = projector === null ? await fittingProjectors(path).catch(() => []) : []
    return { model: path, projector: projector ?? (beside.length === 1 ? (beside[0] ?? null) : null) }
  }
  const { files } = library.named(model)
  return projector === null ? files : { ...files, projector }
}

function installedTable(models: readonly InstalledModel[], { language }: Terminal): string {
  const words = wordsOf(language)
  const row = ({ name, bytes, files, missing }: InstalledModel) => [name, size(bytes), files.projector === null ? words.text : words.pictures, missing.length > 0 ? `${files.model} (${words.missing})` : files.model]
  return table([words.columns, ...models.map(row)])
}

function availableTable({ catalogue }: ModelServices, { language }: Terminal): string {
  const rows = catalogue.models.map(({ id, variants, recommended, licence }) => {
    const usual = variants.find((variant) => variant.id === recommended)
    return [id, variants.map(({ quantisation }) => quantisation).join(' '), size(usual?.approximateBytes ?? 0), licence.name]
  })
  return table([wordsOf(language).available, ...rows])
}

function facts({ model, projector, findings }: Inspection, { language }: Terminal): string {
  const rows: string[][] = []
  if (model !== null) {
    const billions = `${(model.parameters / 1e9).toFixed(1)} B`
    rows.push([model.name, `${model.architecture} ${model.quantisation}`, `${billions}, ${String(model.contextLength ?? '?')} tokens`, size(model.bytes)])
  }
  if (projector !== null) rows.push([`mmproj ${projector.type}`, `${String(projector.imageSize ?? '?')} px`, `width ${String(projector.outputWidth ?? '?')}`, size(projector.bytes)])
  const said = findings.filter(({ severity }) => severity !== 'error').map(({ problem }) => `${errorSentence(problem, language)}\n`)
  return table(rows) + (findings.length === 0 ? `${wordsOf(language).sound}\n` : said.join(''))
}

import { downloadRequest } from '../../../contract/domains/download.ts'
import type { DownloadRequest } from '../../../contract/domains/download.ts'
import { AppError } from '../../../contract/errors/AppError.ts'
import type { Catalogue } from '../../../contract/domains/catalogue.ts'
import { ProgressLine } from '../ProgressLine.ts'
import { jsonText, oneLine, type Terminal } from '../terminal.ts'
import { UsageError } from '../UsageError.ts'
import { describeDownload } from './describeDownload.ts'
import type { PullOptions } from './program.ts'
import type { OpenModels } from './withModels.ts'
import { wordsOf } from './words.ts'

/**
 * `pull`: fetches a model and waits until it is there, with progress on stderr. What else waits in the queue is left to the app.
 * Ctrl+C pauses the download, unless it is another process that works on it; the same command goes on. Rejects with the download's
 * error, `ABORTED` where it was paused or cancelled.
 */
export async function pull(name: string, options: PullOptions, { services, signal }: OpenModels, terminal: Terminal): Promise<void> {
  const { downloads, library, catalogue } = services
  const request = requestOf(name, options, catalogue)
  const id = downloads.start(request)
  downloads.goOn(id)
  const line = new ProgressLine(terminal, describeDownload)
  try {
    for await (const all of downloads.watch(signal)) {
      const download = all.find((one) => one.id === id)
      if (download === undefined) throw new AppError('ABORTED')
      if (download.error !== null && download.state === 'failed') throw new AppError(download.error.code, download.error.params)
      if (download.state === 'paused') break
      line.show(download)
      if (download.state !== 'done') continue
      line.clear()
      const model = library.find(download.installed ?? '')
      terminal.out(options.json === true ? jsonText(model) : `${oneLine(wordsOf(terminal.language).ready(model.name))}\n`)
      return
    }
  } finally {
    line.clear()
  }
  downloads.pauseHere(id)
  const paused = downloads.list().find((one) => one.id === id && one.state === 'paused')
  if (paused !== undefined) terminal.error(`${oneLine(wordsOf(terminal.language).paused(paused.name))}\n`)
  throw new AppError('ABORTED')
}

/** Which option a part of the request came from. */
const optionOf: Readonly<Record<string, string>> = { model: '--model', projector: '--mmproj', revision: '--revision' }

/** What a name stands for. Throws `UsageError`, `MODEL_UNKNOWN`. */
export function requestOf(name: string, { model, mmproj, revision }: PullOptions, catalogue: Catalogue): DownloadRequest {
  if (/^[^/\s]+\/[^/\s]+$/.test(name)) {
    if (model === undefined) throw new UsageError(`${name} is a repository: name its model file with --model and its projector with --mmproj`)
    const { data, error } = downloadRequest.safeParse({ type: 'repository', repository: name, revision, model, projector: mmproj ?? null })
    if (data !== undefined) return data
    const option = optionOf[String(error.issues[0]?.path[0])]
    throw new UsageError(option === undefined ? `${name} is no repository: it is written owner/name, and the quantisation is chosen with --model` : `${option} is not written as the hub writes it`)
  }
  if (model !== undefined || mmproj !== undefined) throw new UsageError('--model and --mmproj name files of a repository (owner/name)')
  const [id = '', quantisation] = name.split(':')
  const known = catalogue.models.find((candidate) => candidate.id === id.toLowerCase())
  const variant = known?.variants.find((one) => (quantisation === undefined ? one.id === known.recommended : one.quantisation.toLowerCase() === quantisation.toLowerCase() || one.id === quantisation))
  if (known === undefined || variant === undefined) throw new AppError('MODEL_UNKNOWN', { name })
  return { type: 'catalogue', model: known.id, variant: variant.id }
}

import { systemClock } from '../../../platform/clock.ts'
import { silentLogger } from '../../../platform/log.ts'
import { dataPaths } from '../../../platform/paths.ts'
import { newId } from '../../../storage/ids.ts'
import { Store } from '../../../storage/Store.ts'
import { HubClient } from '../../hub/HubClient.ts'
import { hubOptions } from '../../hub/hubOptions.ts'
import { DownloadService } from '../DownloadService.ts'

/**
 * A process that downloads a model and its projector as the app does, until it is done or killed: `downloaderProcess
 * <data folder> <hub> <bytes of a piece> <connections> [<moment> [<milliseconds>]]`. Starts the download, or goes on with the one
 * that is there. One line on stdout per state it comes to. With a moment it kills itself there, or so much later.
 */
const [root = '', hub = '', pieceBytes, connections, moment, delay = '0'] = process.argv.slice(2)

/** The moments between the bytes: a kill from outside would hardly ever hit them. */
function reach(name: 'claimed' | 'checked' | 'named' | 'taken'): void {
  if (name !== moment) return
  if (delay === '0') process.kill(process.pid, 'SIGKILL')
  else setTimeout(() => process.kill(process.pid, 'SIGKILL'), Number(delay))
}

const paths = dataPaths(root)
const store = new Store(paths)
const service = new DownloadService({
  store,
  models: paths.models,
  connect: () => {
    reach('claimed')
    return new HubClient(hubOptions({ hub, proxy: null }, {}), null)
  },
  connections: () => Number(connections),
  catalogue: { version: 1, models: [] },
  inspect: async () => {
    await Promise.resolve()
    reach('named')
  },
  replace: async (_path, put) => {
    reach('checked')
    await put()
  },
  onDone: (files, meta) => {
    const id = store.installedModels.add({ id: newId(), name: meta.name, files, adapters: [], template: null, source: 'download', catalogue: null, repository: meta.repository, addedAt: Date.now() })
    reach('taken')
    return id
  },
  onProjector: (installed, projector) => void store.installedModels.change(installed, { projector }),
  logger: silentLogger,
  clock: systemClock,
  pieceBytes: Number(pieceBytes),
  roomBytes: 0,
})
if (service.list().length === 0) service.start({ type: 'repository', repository: 'owner/name', revision: 'main', model: 'model.gguf', projector: 'mmproj.gguf' })
service.goOn()
let shown = ''
for await (const [download] of service.watch()) {
  const line = download?.error?.code ?? download?.state ?? ''
  if (line !== shown) process.stdout.write(`${line}\n`)
  shown = line
  if (line === 'done' || line === 'failed') break
}
await service.dispose()
store.dispose()

import { randomBytes } from 'node:crypto'
import { RPCHandler } from '@orpc/server/ws'
import open from 'open'
import { AppError } from '../../contract/errors/AppError.ts'
import { createLogger, rotatingFileSink, stderrSink } from '../../platform/log.ts'
import { dataPaths } from '../../platform/paths.ts'
import { createRouter } from '../../rpc/router.ts'
import { createServices, type Services } from '../../services/createServices.ts'
import type { ForcedServer } from '../../services/completions/LocalServer.ts'
import { confSettings } from '../../services/settings/confBackend.ts'
import { openServer } from '../openai/openServer.ts'
import { createEngine } from '../shared/createEngine.ts'
import { dataFolder } from '../shared/dataFolder.ts'
import { catalogueFile, demoModel, sampleFolder, templateFolder } from '../shared/demoModel.ts'
import type { HostContext } from '../shared/HostContext.ts'
import { systemLocale } from '../shared/language.ts'
import { onStopSignal } from '../shared/stopSignals.ts'
import { pageFiles } from './pageFiles.ts'
import { WebServer } from './WebServer.ts'

export interface ServeOptions {
  /** 0: any free port. */
  readonly port: number
  /** Whether to open the person's browser. */
  readonly open: boolean
  /** As LLAVA_DESK_OFFLINE in the environment. */
  readonly offline?: true
  readonly verbose?: true
  /** Whether to answer other programs too, whatever the settings say; on this port, or that of the settings. */
  readonly api?: true | number
}

/** Serves the app to browsers on this machine. Resolves when it was stopped; rejects where it cannot start. */
export async function serve(options: ServeOptions, host: HostContext): Promise<void> {
  const services = await startServices(options, host, options.api === undefined ? null : { port: options.api === true ? null : options.api, token: null })
  try {
    if (options.api !== undefined) process.stderr.write(`For other programs: ${await apiAddress(services).catch(elsewhere)}\n`)
    const server = await startServer(options, host, services)
    process.stdout.write(`${server.openingAddress}\n`)
    if (options.open && canShowBrowser()) await openBrowser(server.openingAddress)
    await stopSignal()
    await server.close()
  } finally {
    await services.dispose()
  }
}

/** The services of this host. `forcedServer`: as of `ServicePorts`; null leaves it to the settings. */
export async function startServices(options: Pick<ServeOptions, 'verbose' | 'offline'>, host: HostContext, forcedServer: ForcedServer | null): Promise<Services> {
  const paths = dataPaths(dataFolder(process.env))
  const logger = createLogger(options.verbose ? [rotatingFileSink(paths.log), stderrSink] : [rotatingFileSink(paths.log)])
  return await createServices({
    version: host.version,
    host: 'browser',
    paths,
    logger,
    systemLanguage: systemLocale(process.env),
    settings: confSettings(paths.settings),
    engine: createEngine(host, logger, paths),
    demoModel: demoModel(host.folders.resources),
    sampleFolder: sampleFolder(host.folders.resources),
    templateFolder: templateFolder(host.folders.resources),
    pdfEntry: host.folders.pdfEntry,
    catalogue: catalogueFile(host.folders.resources),
    environment: options.offline === true ? { ...process.env, LLAVA_DESK_OFFLINE: '1' } : process.env,
    dialogs: null,
    canRevealFile: false,
    openServer,
    ...(forcedServer === null ? {} : { forcedServer }),
  })
}

async function startServer(options: ServeOptions, host: HostContext, services: Services): Promise<WebServer> {
  const rpc = new RPCHandler(createRouter(services))
  return await WebServer.listen({
    port: options.port,
    token: randomBytes(32).toString('base64url'),
    files: pageFiles(host.folders.renderer, async ({ id, variant }) => await services.images.variant(id, variant)),
    connect: (socket) => void rpc.upgrade(socket),
  })
}

/** Without a display a browser opened here would be nobody's; the printed address works through a tunnel as well. */
function canShowBrowser(): boolean {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'])
}

async function openBrowser(address: string): Promise<void> {
  try {
    const child = await open(address)
    child.on('error', () => process.stderr.write('No browser could be opened. Open the address above yourself.\n'))
  } catch {
    process.stderr.write('No browser could be opened. Open the address above yourself.\n')
  }
}

/** Where other programs ask, once the server for them runs. Rejects with the error where it could not start. */
export async function apiAddress({ server }: Services): Promise<string> {
  await server.follow()
  const { state } = server
  if (state.state === 'failed') throw new AppError(state.error.code, state.error.params)
  if (state.state !== 'running') throw new Error('The local server is off')
  return state.address
}

/** The sentence of a port in use names `--port`, which here is that of the page. */
function elsewhere(error: unknown): never {
  if (!(error instanceof AppError) || error.code !== 'PORT_IN_USE') throw error
  throw new AppError('BAD_INPUT', { detail: `port ${error.params['port'] ?? ''} is in use by another program, so that no other program can be answered there; give another port behind --api` }, { cause: error })
}

export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    onStopSignal(
      resolve,
      // The engine process notices that this one is gone and ends by itself.
      () => process.exit(130),
    )
  })
}

import type { BrowserWindow } from 'electron'
import { createLogger, rotatingFileSink } from '../../platform/log.ts'
import { dataPaths } from '../../platform/paths.ts'
import { createServices, type Services } from '../../services/createServices.ts'
import { openServer } from '../openai/openServer.ts'
import { createEngine } from '../shared/createEngine.ts'
import { catalogueFile, demoModel, sampleFolder, templateFolder } from '../shared/demoModel.ts'
import type { HostContext } from '../shared/HostContext.ts'
import { nativeDialogs } from './dialogs.ts'
import { electronSettings } from './stores.ts'
import type { Texts } from './texts.ts'

export interface WindowPorts {
  readonly dataFolder: string
  readonly systemLanguage: string
  readonly window: () => BrowserWindow | null
  readonly texts: () => Texts
}

/** The services as the window supplies them. Rejects `DATABASE_NEWER`. */
export async function startServices(host: HostContext, ports: WindowPorts): Promise<Services> {
  const paths = dataPaths(ports.dataFolder)
  const logger = createLogger([rotatingFileSink(paths.log)])
  return await createServices({
    version: host.version,
    host: 'window',
    paths,
    logger,
    systemLanguage: ports.systemLanguage,
    settings: electronSettings(paths.settings),
    engine: createEngine(host, logger, paths),
    demoModel: demoModel(host.folders.resources),
    sampleFolder: sampleFolder(host.folders.resources),
    templateFolder: templateFolder(host.folders.resources),
    pdfEntry: host.folders.pdfEntry,
    catalogue: catalogueFile(host.folders.resources),
    environment: process.env,
    dialogs: nativeDialogs(ports.window, ports.texts),
    canRevealFile: false,
    openServer,
  })
}

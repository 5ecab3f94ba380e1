import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLogger } from '../../platform/log.ts'
import { dataPaths } from '../../platform/paths.ts'
import { createServices } from '../createServices.ts'
import type { Services } from '../createServices.ts'
import type { ServicePorts } from '../ports.ts'
import { confSettings } from '../settings/confBackend.ts'
import { ScriptedEngine } from './ScriptedEngine.ts'


/** The real services on a real folder, with an engine that follows a script. */
export async function testServices(root: string, more: Partial<ServicePorts> = {}): Promise<{ services: Services; engine: ScriptedEngine; logged: string[] }> {
  const engine = new ScriptedEngine()
  const logged: string[] = []
  const paths = dataPaths(root)
  const services = await createServices({
    engine,
    demoModel: { model: '/demo.gguf', projector: '/demo-mmproj.gguf' },
    logger: createLogger([(line) => logged.push(line)], 'debug'),
    version: '0.0.0',
    host: 'browser',
    paths,
    systemLanguage: 'en',
    settings: confSettings(paths.settings),
    sampleFolder: join(root, 'no-samples'),
    templateFolder: fileURLToPath(new URL('../../../resources/templates', import.meta.url)),
    pdfEntry: join(root, 'no-pdf-thread.cjs'),
    catalogue: fileURLToPath(new URL('../../../resources/catalogue.json', import.meta.url)),
    environment: {},
    dialogs: null,
    canRevealFile: false,
    ...more,
  })
  return { services, engine, logged }
}

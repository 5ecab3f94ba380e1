import { readFileSync } from 'node:fs'
import { catalogue } from '../../contract/domains/catalogue.ts'
import type { Catalogue } from '../../contract/domains/catalogue.ts'
import type { Logger } from '../../platform/log.ts'

/**
 * The catalogue that comes with the app, from its file. A file that is missing or damaged is no reason not to start: the
 * catalogue is then empty, and models can still be had by repository and by path.
 */
export function loadCatalogue(path: string, logger: Logger): Catalogue {
  try {
    return catalogue.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    logger.error('The catalogue of models cannot be read', { path, error })
    return { version: 1, models: [] }
  }
}

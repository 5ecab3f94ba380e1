import { basename, dirname, extname } from 'node:path'
import Conf from 'conf'
import type { SettingsPort } from './SettingsBackend.ts'

/** Settings through conf, for hosts without Electron. `path` is the JSON file, e.g. `<data folder>/settings.json`. */
export function confSettings(path: string): SettingsPort {
  return {
    path,
    open: () => {
      const extension = extname(path)
      const store = new Conf<Record<string, unknown>>({
        cwd: dirname(path),
        configName: basename(path, extension),
        fileExtension: extension.slice(1),
        clearInvalidConfig: false,
        accessPropertiesByDotNotation: false,
      })
      return {
        read: () => store.store,
        write: (settings) => {
          store.store = { ...settings }
        },
      }
    },
  }
}

import { basename, dirname, extname } from 'node:path'
import ElectronStore from 'electron-store'
import * as z from 'zod'
import type { Logger } from '../../platform/log.ts'
import type { SettingsPort } from '../../services/settings/SettingsBackend.ts'
import type { WindowPlace } from './windowBounds.ts'

/** Settings through electron-store; the same file the browser host keeps through conf. */
export function electronSettings(path: string): SettingsPort {
  return {
    path,
    open: () => {
      const store = openStore(path)
      return {
        read: () => store.store,
        write: (settings) => {
          store.store = { ...settings }
        },
      }
    },
  }
}

function openStore(path: string): ElectronStore {
  const extension = extname(path)
  return new ElectronStore({
    cwd: dirname(path),
    name: basename(path, extension),
    fileExtension: extension.slice(1),
    clearInvalidConfig: false,
    accessPropertiesByDotNotation: false,
  })
}

const place = z.object({
  bounds: z.object({ x: z.number().int(), y: z.number().int(), width: z.number().int(), height: z.number().int() }),
  maximized: z.boolean(),
})

/** Where the window stood. A file that cannot be read or written costs the person nothing but the place. */
export function placeStore(path: string, logger: Logger): { read: () => WindowPlace | null; write: (place: WindowPlace) => void } {
  const guarded = <T>(what: string, work: () => T, otherwise: T): T => {
    try {
      return work()
    } catch (error) {
      logger.warn(`The window's place could not be ${what}`, { error })
      return otherwise
    }
  }
  return {
    read: () => guarded('read', () => place.safeParse(openStore(path).store).data ?? null, null),
    write: (value) => guarded('kept', () => void (openStore(path).store = { ...value }), undefined),
  }
}

import { readFileSync } from 'node:fs'
import type { SettingsPort } from './SettingsBackend.ts'

/** Settings for a session whose data folder cannot be written: starts from the file where it can be read, keeps nothing. */
export function memorySettings(port: Pick<SettingsPort, 'path'>): SettingsPort {
  return {
    path: '',
    open: () => {
      let values = readObject(port.path)
      return { read: () => values, write: (next) => void (values = next) }
    },
  }
}

function readObject(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    // No file, no permission, no JSON: a session that keeps nothing starts from the defaults.
    return {}
  }
}

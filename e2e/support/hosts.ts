import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The ways the app runs, each with the same specs; `command` needs no page. */
export const hostNames = ['browser', 'stand-in', 'electron'] as const
export type HostName = (typeof hostNames)[number]

/** The clone. */
export const root = join(import.meta.dirname, '../..')

const require = createRequire(import.meta.url)

/** Path of Electron's executable; null where its runtime was not downloaded. Never `require('electron')`: that would download it. */
export function electronPath(): string | null {
  const folder = dirname(require.resolve('electron/package.json'))
  const pathFile = join(folder, 'path.txt')
  if (!existsSync(pathFile)) return null
  const path = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'), readFileSync(pathFile, 'utf8'))
  return existsSync(path) ? path : null
}

/** Why a host cannot run on this machine; null where it can, and then it must. */
export function whyNot(host: HostName): string | null {
  if (host !== 'electron') return null
  if (electronPath() === null) return "Electron's runtime is not installed here"
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return 'there is no display'
  return null
}

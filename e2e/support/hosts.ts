import { join } from 'node:path'
import { installedElectron } from '../../main/launch/electronRuntime.mjs'

/** The ways the app runs, each with the same specs; `command` needs no page. */
export const hostNames = ['browser', 'stand-in', 'electron'] as const
export type HostName = (typeof hostNames)[number]

/** The clone. */
export const root = join(import.meta.dirname, '../..')

/** Why a host cannot run on this machine; null where it can, and then it must. */
export function whyNot(host: HostName): string | null {
  if (host !== 'electron') return null
  if (installedElectron() === null) return "Electron's runtime is not installed here"
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return 'there is no display'
  return null
}

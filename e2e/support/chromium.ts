import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Names on the PATH of an installed browser, best first. */
const names = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome', 'msedge']
const fixedPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function installed(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  return [...onPath, ...fixedPlaces].find(isExecutable)
}

/** The Chromium of an npm package, unpacked to the temporary folder. */
async function packaged(): Promise<string> {
  const { default: chromium } = await import('@sparticuz/chromium')
  const path = await chromium.executablePath()
  const { stderr } = spawnSync(path, ['--version'], { encoding: 'utf8' })
  if (stderr.includes('shared libraries')) throw new Error(`Chromium lacks a system library; install libnss3 or Google Chrome. ${stderr}`)
  return path
}

let found: Promise<string> | undefined

/** Path of a Chromium that runs here: an installed one, else the packaged one. */
export function chromiumPath(): Promise<string> {
  const path = installed()
  found ??= path === undefined ? packaged() : Promise.resolve(path)
  return found
}

/** Nothing of the browser itself may reach for the network, or the log would not show what our page does. */
export const chromiumArguments: readonly string[] = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Chromium's sandbox does not start as root.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
]

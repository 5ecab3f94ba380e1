import { accessSync, constants } from 'node:fs'
import { chromium } from '@playwright/test'
import { findOnPath } from '../../main/engine/native/build/tools.mjs'
import { packagedChromium, whyNotStarting, type ChromiumStart } from './packagedChromium.ts'

/** Names on the PATH of an installed browser, best first. */
const names = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome', 'msedge']
const fixedPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/** Executable, and able to start: on a bare Linux a library may be missing, and Ubuntu's `chromium-browser` may be a note about Snap. */
function runs(executablePath: string): boolean {
  try {
    accessSync(executablePath, constants.X_OK)
  } catch {
    return false
  }
  // Elsewhere browsers bring what they need, and on Windows the question would open a window.
  return process.platform !== 'linux' || whyNotStarting({ executablePath, env: process.env }) === ''
}

/** Where `npx playwright install` puts its Chromium, whether it is there or not. */
function playwrights(): string[] {
  try {
    return [chromium.executablePath()]
  } catch {
    return [] // Playwright has none for this system.
  }
}

function installed(): string | undefined {
  const onPath = names.flatMap((name) => findOnPath(name) ?? [])
  return [...playwrights(), ...onPath, ...fixedPlaces].find(runs)
}

async function find(): Promise<ChromiumStart> {
  const executablePath = installed()
  return executablePath === undefined ? await packagedChromium() : { executablePath, env: process.env }
}

let found: Promise<ChromiumStart> | undefined

/** A Chromium that runs here: Playwright's own, another installed one, or else the packaged one. Rejects where there is none, with what to install. */
export async function findChromium(): Promise<ChromiumStart> {
  found ??= find()
  return await found
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

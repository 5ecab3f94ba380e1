import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * Electron's package brings no runtime since version 42: its own script downloads it on first use.
 * @typedef {{ path: string } | { missing: string }} Runtime `missing` says why, as the end of a sentence.
 */

/** @type {(text: string) => { version: string }} */
const parsePackage = JSON.parse
const require = createRequire(import.meta.url)

/** @returns {{ folder: string, version: string } | null} Null where development packages were left out. */
function electronPackage() {
  try {
    const file = require.resolve('electron/package.json')
    return { folder: dirname(file), ...parsePackage(readFileSync(file, 'utf8')) }
  } catch {
    return null
  }
}

/**
 * The executable that is there already, without a download (which `require('electron')` would start).
 * @returns {string | null}
 */
export function installedElectron() {
  const folder = electronPackage()?.folder
  if (folder === undefined) return null
  const pathFile = join(folder, 'path.txt')
  if (!existsSync(pathFile)) return null
  const path = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'), readFileSync(pathFile, 'utf8'))
  return existsSync(path) ? path : null
}

/**
 * Whether the download server answers at all. Without this question a machine whose firewall drops packets would wait minutes
 * for the download to fail. With a proxy or an own cache we cannot tell and let the download find out.
 */
async function canReachDownloads() {
  const { env } = process
  if (env['HTTPS_PROXY'] || env['https_proxy'] || env['ELECTRON_GET_USE_PROXY']) return true
  const server = env['ELECTRON_MIRROR'] ?? env['npm_config_electron_mirror'] ?? 'https://github.com/'
  try {
    await fetch(server, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(4000) })
    return true
  } catch {
    return false
  }
}

/**
 * @param {string} folder
 * @returns {Promise<boolean>}
 */
function download(folder) {
  const child = spawn(process.execPath, [join(folder, 'install.js')], { stdio: ['ignore', 'ignore', 'ignore'] })
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}

/**
 * Finds Electron's runtime, downloading it where that is possible.
 * @param {(line: string) => void} log
 * @returns {Promise<Runtime>}
 */
export async function findElectron(log) {
  const installed = electronPackage()
  if (installed === null) return { missing: 'the electron package is not installed' }
  const path = installedElectron()
  if (path !== null) return { path }
  if (!(await canReachDownloads())) return { missing: "Electron's runtime is not on this machine and its download server cannot be reached" }
  log(`Downloading Electron ${installed.version} (about 110 MB, once) ...`)
  if (!(await download(installed.folder))) return { missing: "Electron's runtime could not be downloaded" }
  const downloaded = installedElectron()
  return downloaded === null ? { missing: "Electron's runtime could not be unpacked" } : { path: downloaded }
}

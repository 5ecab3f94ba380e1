import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildAddon, buildApp, root } from './build.mjs'
import { reportBuildFailure } from './buildFailure.mjs'
import { findElectron } from './electronRuntime.mjs'
import { endWithNpm } from './endWithNpm.mjs'
import { browserArguments, chooseHost } from './hostChoice.mjs'

/** `npm start`: builds what is missing, then opens the window, or serves a browser and says why. */

const args = process.argv.slice(2)
const log = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`)

/** A window that ends this soon with an error never came up (no sandbox, no graphics, a missing system library). */
const earlyExitMilliseconds = 15_000

/** @param {string} why */
async function serve(why) {
  log(`Serving a browser: ${why}.`)
  process.argv.splice(2, process.argv.length, ...browserArguments(args))
  await import(pathToFileURL(join(root, 'out/main/index.js')).href)
}

/**
 * @param {string | null} note What the person should know about this window.
 * @returns {Promise<string | null>} Why no window came up; null after a window that did.
 */
async function openWindow(note) {
  const runtime = await findElectron(log)
  if ('missing' in runtime) return runtime.missing
  if (note !== null) log(note)
  return await runElectron(runtime.path)
}

/**
 * @param {string} electron Path of the executable.
 * @returns {Promise<string | null>}
 */
function runElectron(electron) {
  const started = Date.now()
  const child = spawn(electron, [root, ...args], { stdio: 'inherit' })
  // The window gets the terminal's Ctrl+C itself; this process waits for its end.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`Electron could not be started (${error.message})`))
    child.once('exit', (code, signal) => {
      const failed = code !== 0 && signal !== 'SIGINT' && signal !== 'SIGTERM'
      const early = failed && Date.now() - started < earlyExitMilliseconds
      process.exitCode = failed && !early ? 1 : 0
      resolve(early ? `Electron ended at once (${signal ?? `exit code ${code}`})` : null)
    })
  })
}

async function start() {
  await buildApp({ log })
  await buildAddon(log)
  const choice = chooseHost({ args, platform: process.platform, env: process.env, isRoot: process.getuid?.() === 0 })
  const why = choice.host === 'browser' ? choice.why : await openWindow(choice.note)
  if (why !== null) await serve(why)
}

endWithNpm()
try {
  await start()
} catch (error) {
  process.exitCode = reportBuildFailure(error, args.includes('--verbose'))
}

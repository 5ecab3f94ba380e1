/**
 * Loaded with `node --import` in front of Electron's main bundle: makes this Node process answer to `import 'electron'`
 * with the stand-in, so that the bundle runs as it is.
 */
import { realpathSync } from 'node:fs'
import { register } from 'node:module'
import { pathToFileURL } from 'node:url'
import { tsImport } from 'tsx/esm/api'

/** The version the stand-in claims to be; the one in package.json. */
const electronVersion = '45.4.1'
Object.defineProperty(process.versions, 'electron', { value: electronVersion, enumerable: true })
Object.defineProperty(process, 'type', { value: 'browser', enumerable: true })
Object.defineProperty(process, 'resourcesPath', { value: '/nonexistent/stand-in/resources', enumerable: true })
Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true })

/** @typedef {{ electron: Record<string, unknown>, mainEvaluated: (outcome: Promise<unknown>) => void }} StandIn */
/** @type {unknown} */
const loaded = await tsImport('./electron.ts', import.meta.url)
const { electron, mainEvaluated } = /** @type {StandIn} */ (loaded)
Object.defineProperty(globalThis, Symbol.for('electron stand-in'), { value: electron })
register('./hook.mjs', { parentURL: import.meta.url, data: { names: Object.keys(electron) } })

// Electron becomes ready only after the main module, its top-level awaits included, has been evaluated.
const main = process.argv[1]
if (main === undefined) throw new Error('stand-in: give the main bundle')
mainEvaluated(new Promise((resolve) => setImmediate(resolve)).then(() => import(pathToFileURL(realpathSync(main)).href)))

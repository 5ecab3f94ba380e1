import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import { NATIVE_FOLDER } from './inputs.mjs'
import { progressLine } from './progress.mjs'
import { toolMissing } from './tools.mjs'
import { writeDefinitions } from './windows.mjs'

/** The end of the compiler's output that an error message carries. */
const TAIL = 4000

/**
 * Compiles the objects and links one addon per variant, to `<folder>/cmake/<variant>/llava-desk.node`.
 * @param {object} job
 * @param {string} job.root
 * @param {string} job.folder
 * @param {string} job.source
 * @param {readonly import('./variants.mjs').Variant[]} job.variants
 * @param {import('./tools.mjs').Tools} job.tools
 * @param {(line: string) => void} job.log
 */
export async function compile({ root, folder, source, variants, tools, log }) {
  const build = join(folder, 'cmake')
  dropMoved(build)
  mkdirSync(build, { recursive: true })
  const modules = join(root, 'node_modules')
  const definitions = process.platform === 'win32' ? writeDefinitions(root, folder, variants) : undefined
  const settings = {
    CMAKE_BUILD_TYPE: 'Release',
    LLAMA_SOURCE: source,
    NODE_API_INCLUDE: join(modules, 'node-api-headers', 'include'),
    NODE_ADDON_API: join(modules, 'node-addon-api'),
    VARIANTS: variants.map(({ name, libraries }) => `${name}=${definitions === undefined ? libraries : join(definitions, name)}`).join(';'),
    ...(definitions === undefined ? {} : { NODE_DEFINITIONS: join(definitions, 'node') }),
    ...runPaths(root, variants),
  }
  const generator = tools.ninja === undefined ? [] : ['-G', 'Ninja']
  const options = Object.entries(settings).map(([name, value]) => `-D${name}=${value.replaceAll('\\', '/')}`)
  await run(tools.cmake, ['-S', NATIVE_FOLDER, '-B', build, ...generator, ...options], () => undefined)
  const report = progressReporter(log)
  await run(tools.cmake, ['--build', build, '--config', 'Release', '--parallel', String(availableParallelism())], report)
}

/**
 * Deletes a build folder that was moved, as it is with the whole clone: CMake refuses to go on in it.
 * @param {string} build
 */
export function dropMoved(build) {
  const cache = join(build, 'CMakeCache.txt')
  if (!existsSync(cache)) return
  const [, madeIn = ''] = /^CMAKE_CACHEFILE_DIR:INTERNAL=(.*)$/m.exec(readFileSync(cache, 'utf8')) ?? []
  // Relative, since Windows knows the same folder by several spellings.
  if (relative(madeIn, build) !== '') rmSync(build, { recursive: true, force: true })
}

/**
 * Where macOS finds a variant's libraries, seen from the installed addon.
 * @param {string} root
 * @param {readonly import('./variants.mjs').Variant[]} variants
 * @returns {Record<string, string>}
 */
function runPaths(root, variants) {
  if (process.platform !== 'darwin') return {}
  return Object.fromEntries(variants.map(({ name, libraries }) => [`${name}_RPATH`, relative(join(root, 'out', 'native', name), libraries)]))
}

/**
 * Turns the build tool's lines ("[3/22]" of ninja, "[ 34%]" of make) into lines of progress, at most one per 5 percent.
 * @param {(line: string) => void} log
 */
function progressReporter(log) {
  let told = 0
  return (/** @type {string} */ line) => {
    const ninja = /^\[(\d+)\/(\d+)\]/.exec(line)
    const make = /^\[\s*(\d+)%\]/.exec(line)
    const percent = ninja ? Math.floor((100 * Number(ninja[1])) / Number(ninja[2])) : make ? Number(make[1]) : told
    if (percent < told + 5) return
    told = percent
    log(progressLine(percent))
  }
}

/**
 * @param {string} program
 * @param {readonly string[]} parameters
 * @param {(line: string) => void} onLine
 * @returns {Promise<void>}
 */
async function run(program, parameters, onLine) {
  const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'] })
  let tail = ''
  let rest = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (/** @type {string} */ text) => {
      tail = (tail + text).slice(-TAIL)
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) onLine(line)
    })
  }
  // A build that is left alone, because its parent was interrupted, would go on and disturb the next one.
  const stop = () => child.kill()
  process.once('exit', stop)
  /** @type {number | NodeJS.Signals | null} */
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => resolve(code ?? signal))
  })
  process.removeListener('exit', stop)
  if (status === 0) return
  if (/No CMAKE_CXX_COMPILER could be found|could not find any instance of Visual Studio/.test(tail)) throw toolMissing(['a C++ compiler'])
  throw Object.assign(new Error(`The image engine could not be compiled (${status}). The end of the compiler's output:\n${tail}`), { code: 'BUILD_FAILED' })
}

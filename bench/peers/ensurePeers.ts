import { createHash } from 'node:crypto'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Programs to compare with; each lies in the folder that `ensurePeers` returns. */
export type Peer = 'llama-mtmd-cli' | 'llama-bench' | 'llama-server' | 'answer-tokens' | 'decode-loop'

/** What llama.cpp's build needs of its source tree. */
const sourceFolders = ['include', 'ggml/include', 'src', 'common', 'vendor', 'tools/mtmd', 'tools/llama-bench', 'tools/server']

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..', '..')

/**
 * Builds these programs from the llama.cpp source that node-llama-cpp ships, unpatched, on its prebuilt CPU libraries, unless
 * they are there already (`build/peers/<hash of the inputs>`). Needs git, cmake and a C++ compiler; Linux only.
 * Returns the path of each. Throws with the output of the step that failed.
 */
export async function ensurePeers<Names extends readonly Peer[]>(...names: Names): Promise<Record<Names[number], string>> {
  if (process.platform !== 'linux') throw new Error(`the programs to compare with are built on Linux only, not on ${process.platform}`)
  const bundle = join(packageFolder('node-llama-cpp'), 'llama', 'gitRelease.bundle')
  const libraries = join(packageFolder(`@node-llama-cpp/linux-${process.arch}`), 'bins', `linux-${process.arch}`)
  const folder = join(root, 'build', 'peers', inputsHash(bundle, libraries))
  const programs = join(folder, 'bin')
  const paths = Object.fromEntries(names.map((name) => [name, join(programs, name)])) as Record<Names[number], string>
  const missing = names.filter((name) => !existsSync(join(programs, name)))
  if (missing.length === 0) return paths

  console.log(`Building ${missing.join(', ')} from llama.cpp's source for comparison (once) ...`)
  const source = join(folder, 'source')
  if (!existsSync(join(source, 'complete'))) await extractSource(bundle, source)
  linkLibraries(libraries, programs)
  const tree = join(folder, 'tree')
  await runStep('cmake', ['-S', here, '-B', tree, `-DLLAMA_SOURCE=${source}`, `-DLIBRARIES=${programs}`])
  await runStep('cmake', ['--build', tree, '--parallel', String(Math.max(1, cpus().length)), '--target', ...missing])
  return paths
}

function packageFolder(name: string): string {
  const require = createRequire(import.meta.url)
  for (const folder of require.resolve.paths(name) ?? []) if (existsSync(join(folder, name))) return join(folder, name)
  throw new Error(`${name} is not installed`)
}

function inputsHash(bundle: string, libraries: string): string {
  const hash = createHash('sha256')
  for (const file of ['CMakeLists.txt', ...readdirSync(join(here, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) => /\.(cpp|h)$/.test(name)).sort().map((name) => join('src', name))]) {
    hash.update(file).update(readFileSync(join(here, file)))
  }
  // The bundle's header names its commit; the libraries carry their release in the package's version.
  hash.update(readFileSync(bundle).subarray(0, 4096)).update(readFileSync(join(libraries, '..', '..', 'package.json')))
  return hash.digest('hex').slice(0, 16)
}

async function extractSource(bundle: string, source: string): Promise<void> {
  rmSync(source, { recursive: true, force: true })
  mkdirSync(dirname(source), { recursive: true })
  await runStep('git', ['clone', '--quiet', '--no-checkout', bundle, source])
  await runStep('git', ['-C', source, 'checkout', '--quiet', 'HEAD', '--', ...sourceFolders])
  rmSync(join(source, '.git'), { recursive: true })
  mkdirSync(join(source, 'complete'))
}

/** ggml looks for its CPU backends beside the program that runs, so programs and libraries share a folder. */
function linkLibraries(libraries: string, programs: string): void {
  mkdirSync(programs, { recursive: true })
  for (const name of readdirSync(libraries).filter((file) => file.includes('.so'))) {
    if (!existsSync(join(programs, name))) symlinkSync(join(libraries, name), join(programs, name))
  }
}

async function runStep(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (cause) => reject(new Error(`${command} does not start; is it installed?`, { cause })))
    child.on('close', resolve)
  })
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed (${String(code)}):\n${output.slice(-8000)}`)
}

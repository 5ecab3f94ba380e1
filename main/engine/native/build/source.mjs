import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { NATIVE_FOLDER } from './inputs.mjs'

/** What libmtmd and the bindings include; the rest of llama.cpp is in the prebuilt libraries. */
const NEEDED = ['tools/mtmd', 'include', 'ggml/include', 'src/llama-ext.h', 'LICENSE']

/**
 * Extracts llama.cpp's source from node-llama-cpp's bundle and applies our patches.
 * @param {string} root
 * @param {string} folder The build folder.
 * @param {readonly string[]} withoutPatches
 * @returns {Promise<string>} The source folder.
 */
export async function prepareSource(root, folder, withoutPatches) {
  const source = join(folder, 'source')
  const repository = join(folder, 'llama.cpp.git')
  if (!existsSync(repository)) {
    mkdirSync(folder, { recursive: true })
    const partial = `${repository}.part`
    rmSync(partial, { recursive: true, force: true })
    await runGit(['clone', '--quiet', '--bare', join(root, 'node_modules', 'node-llama-cpp', 'llama', 'gitRelease.bundle'), partial], folder)
    renameSync(partial, repository)
  }
  const patches = patchesBut(withoutPatches)
  const marker = join(folder, 'patches-applied')
  const applied = patches.map((patch) => readFileSync(join(NATIVE_FOLDER, 'patches', patch), 'utf8')).join('\0')
  if (existsSync(marker) && readFileSync(marker, 'utf8') === applied) return source
  rmSync(marker, { force: true })
  mkdirSync(source, { recursive: true })
  // What comes out as it was keeps its time and is not compiled again; the checkout rewrites only what differs.
  const keepTimes = rememberFiles(patchedFiles().map((file) => join(source, file)))
  await runGit([`--git-dir=${repository}`, `--work-tree=${source}`, 'checkout', '--quiet', '--force', 'HEAD', '--', ...NEEDED], source)
  for (const patch of patches) await runGit(['apply', '--whitespace=nowarn', join(NATIVE_FOLDER, 'patches', patch)], source)
  keepTimes()
  writeFileSync(marker, applied)
  return source
}

/** @returns {string[]} Paths in llama.cpp's source of what any of our patches changes. */
function patchedFiles() {
  const texts = patchesBut([]).map((patch) => readFileSync(join(NATIVE_FOLDER, 'patches', patch), 'utf8'))
  return [...new Set(texts.flatMap((text) => [...text.matchAll(/^\+\+\+ b\/(.+)$/gm)].map(([, file = '']) => file)))]
}

/**
 * @param {readonly string[]} paths
 * @returns {() => void} Gives those files their times back whose content is the same by then.
 */
function rememberFiles(paths) {
  const files = paths.filter((path) => existsSync(path)).map((path) => ({ path, text: readFileSync(path, 'utf8'), time: statSync(path).mtime }))
  return () => {
    for (const { path, text, time } of files) if (readFileSync(path, 'utf8') === text) utimesSync(path, time, time)
  }
}

/**
 * @param {readonly string[]} withoutPatches
 * @returns {string[]} File names, in the order they are applied.
 */
function patchesBut(withoutPatches) {
  const all = readdirSync(join(NATIVE_FOLDER, 'patches')).filter((name) => name.endsWith('.patch')).sort()
  const left = withoutPatches.map((name) => (name.endsWith('.patch') ? name : `${name}.patch`))
  const unknown = left.filter((name) => !all.includes(name))
  if (unknown.length > 0) throw new Error(`There is no patch named ${unknown.join(', ')}; there are ${all.join(', ')}.`)
  return all.filter((name) => !left.includes(name))
}

/**
 * @param {readonly string[]} parameters
 * @param {string} cwd
 */
async function runGit(parameters, cwd) {
  // A repository around the build folder must not be mistaken for the one the patches are for.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))
  const env = { ...Object.fromEntries(inherited), GIT_CEILING_DIRECTORIES: join(cwd, '..') }
  await promisify(execFile)('git', ['-c', 'core.autocrlf=false', '-c', 'advice.detachedHead=false', ...parameters], { cwd, env })
}

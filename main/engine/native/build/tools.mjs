import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

/**
 * @typedef {object} Tools
 * @property {string} cmake
 * @property {string} git
 * @property {string | undefined} ninja
 */

/** What to install, by system. */
const ADVICE = [
  'Debian, Ubuntu:  sudo apt install build-essential cmake git',
  'Fedora:          sudo dnf install gcc-c++ make cmake git',
  'macOS:           xcode-select --install, and CMake from https://cmake.org/download or "brew install cmake"',
  'Windows:         winget install Microsoft.VisualStudio.2022.BuildTools --override "--add Microsoft.VisualStudio.Workload.VCTools --includeRecommended --passive"; winget install Kitware.CMake Git.Git',
]

/**
 * The tools a build needs. Throws one error with the code `TOOL_MISSING` that names all that are missing.
 * @returns {Tools}
 */
export function findTools() {
  const cmake = findOnPath('cmake')
  const git = findOnPath('git')
  // On Windows the compiler is not on the PATH; CMake looks for it and `compile` reports when there is none.
  const compiler = process.env.CXX ?? (process.platform === 'win32' ? 'found by CMake' : ['c++', 'g++', 'clang++'].find((name) => findOnPath(name)))
  const ninja = findOnPath('ninja')
  const maker = process.platform === 'win32' ? 'found by CMake' : (ninja ?? findOnPath('make'))
  const missing = []
  if (compiler === undefined) missing.push('a C++ compiler')
  if (cmake === undefined) missing.push('CMake')
  if (git === undefined) missing.push('git')
  if (maker === undefined) missing.push('make or ninja')
  if (cmake === undefined || git === undefined || missing.length > 0) throw toolMissing(missing)
  return { cmake, git, ninja }
}

/**
 * @param {readonly string[]} missing
 * @returns {Error}
 */
export function toolMissing(missing) {
  const message = [
    `The image engine is compiled on this computer once, and that needs ${missing.join(', ')}.`,
    'Please install what is missing, then start again:',
    ...ADVICE.map((line) => `  ${line}`),
  ].join('\n')
  return Object.assign(new Error(message), { code: 'TOOL_MISSING' })
}

/**
 * The path of a program, looked up as a shell would.
 * @param {string} name
 * @returns {string | undefined}
 */
export function findOnPath(name) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : ['']
  const folders = isAbsolute(name) ? [''] : (process.env.PATH ?? '').split(delimiter)
  for (const folder of folders) {
    for (const ending of endings) {
      const path = folder === '' ? name + ending : join(folder, name + ending)
      if (isProgram(path)) return path
    }
  }
  return undefined
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

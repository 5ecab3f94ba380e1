import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs'
import { join, relative } from 'node:path'
import { archivedFiles } from './archivedFiles.mjs'
import { binaryTarget } from './binaryTarget.mjs'

/**
 * What is wrong with an unpacked app, before installers are made of it.
 * @typedef {{ system: 'linux' | 'mac' | 'win', processor: string }} Target
 */

/** Without these the app does not start. Paths in the archive. */
const inArchive = ['package.json', 'out/main/index.js', 'out/main/engine.js', 'out/main/pdf.cjs', 'node_modules/@embedpdf/pdfium/dist/pdfium.wasm', 'out/preload/index.cjs', 'out/renderer/index.html']

/** Never part of a package: they are big, or of no use to anyone but a developer. */
const unwanted = [/\.map$/, /gitRelease\.bundle$/, /\.test\.[a-z]+$/, /^out\/\.stamps/, /^(e2e|bench|docs|renderer|preload|main)\//]

/** Beside the archive. */
const beside = ['resources/demo-model/demo-llava.gguf', 'resources/demo-model/demo-llava-mmproj.gguf', 'resources/samples/receipt-1.png', 'resources/templates/index.json', 'resources/templates/receipt.json', 'resources/templates/zh-CN.json', 'resources/catalogue.json']

/**
 * @param {Target} target
 * @returns {readonly RegExp[]} Each must match a file in `app.asar.unpacked`.
 */
const unpackedPatterns = ({ system, processor }) => [
  new RegExp(`^out/native/${system === 'mac' && processor === 'arm64' ? 'metal' : 'cpu'}/llava-desk\\.node$`),
  new RegExp(`^node_modules/@node-llama-cpp/${system}-${processor}[^/]*/bins/.*(llama|ggml)`),
  /^node_modules\/@img\/sharp-[^/]+\/lib\/sharp-[^/]+\.node$/,
  /^node_modules\/@photostructure\/sqlite\/prebuilds\/.*\.node$/,
]

/**
 * @param {string} folder
 * @returns {string[]} Relative paths with forward slashes.
 */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
}

/** @param {string} path */
function headOf(path) {
  const file = openSync(path, 'r'), head = Buffer.alloc(4096)
  try {
    return head.subarray(0, readSync(file, head))
  } finally {
    closeSync(file)
  }
}

/**
 * @param {string} folder
 * @param {readonly string[]} files
 * @param {Target} target
 */
function foreignBinaries(folder, files, target) {
  return files.flatMap((file) => {
    const found = binaryTarget(headOf(join(folder, file)))
    if (found === null || (found.system === target.system && found.processors.includes(target.processor))) return []
    return [`${file} is for ${found.system} ${found.processors.join('+')}`]
  })
}

/**
 * @param {string} resources Folder that holds `app.asar`.
 * @param {Target} target
 * @returns {string[]} One line per problem; empty where the package is sound.
 */
export function packageProblems(resources, target) {
  const archived = archivedFiles(join(resources, 'app.asar'))
  const folder = join(resources, 'app.asar.unpacked')
  const unpacked = existsSync(folder) ? filesIn(folder) : []
  return [
    ...inArchive.filter((file) => !archived.includes(file)).map((file) => `${file} is missing from the archive`),
    ...archived.filter((file) => unwanted.some((pattern) => pattern.test(file))).map((file) => `${file} does not belong into the archive`),
    ...beside.filter((file) => !existsSync(join(resources, file))).map((file) => `${file} is missing`),
    ...unpackedPatterns(target).filter((pattern) => !unpacked.some((file) => pattern.test(file))).map((pattern) => `no unpacked file matches ${pattern}`),
    ...foreignBinaries(folder, unpacked, target),
  ]
}

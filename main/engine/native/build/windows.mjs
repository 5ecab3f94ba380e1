/**
 * Linking on Windows needs import libraries, and neither node-llama-cpp's packages nor node-api-headers bring any. This
 * writes module definition files from the DLLs' own export tables; CMakeLists.txt turns them into import libraries.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The functions the addon may call: the C interfaces, and the one C++ function of llama-ext.h that it uses. */
const WANTED = /^((llama|ggml|gguf)_\w+|\?llama_get_memory_breakdown@@.*)$/

/**
 * Writes `<folder>/definitions/<variant>/<dll>.def` and `<folder>/definitions/node/node.def`.
 * @param {string} root
 * @param {string} folder
 * @param {readonly import('./variants.mjs').Variant[]} variants
 * @returns {string} The folder of the definitions.
 */
export function writeDefinitions(root, folder, variants) {
  const definitions = join(folder, 'definitions')
  for (const { name, libraries } of variants) {
    mkdirSync(join(definitions, name), { recursive: true })
    for (const dll of readdirSync(libraries).filter((file) => /^(llama|ggml)\.[\w.]*dll$|^ggml-base[\w.]*\.dll$/.test(file))) {
      const names = readExports(readFileSync(join(libraries, dll))).filter((exported) => WANTED.test(exported))
      writeFileSync(join(definitions, name, dll.replace(/\.dll$/, '.def')), `LIBRARY ${dll}\nEXPORTS\n${names.join('\n')}\n`)
    }
  }
  mkdirSync(join(definitions, 'node'), { recursive: true })
  const headers = join(root, 'node_modules', 'node-api-headers', 'def')
  const lines = readdirSync(headers).flatMap((file) => readFileSync(join(headers, file), 'utf8').split(/\r?\n/))
  const functions = lines.map((line) => line.trim()).filter((line) => /^(napi|node_api)_\w+$/.test(line))
  writeFileSync(join(definitions, 'node', 'node.def'), `LIBRARY node.exe\nEXPORTS\n${[...new Set(functions)].join('\n')}\n`)
  return definitions
}

/**
 * The names a DLL exports (PE/COFF specification, "The .edata Section").
 * @param {Buffer} image
 * @returns {string[]}
 */
export function readExports(image) {
  const header = image.readUInt32LE(0x3c)
  if (image.toString('latin1', header, header + 4) !== 'PE\0\0') throw new Error('This file is no DLL.')
  const optional = header + 24
  // The table of data directories starts later in a 64-bit image.
  const directories = optional + (image.readUInt16LE(optional) === 0x20b ? 112 : 96)
  const sections = sectionTable(image, header)
  const place = (/** @type {number} */ address) => {
    const section = sections.find(({ start, size }) => address >= start && address < start + size)
    if (section === undefined) throw new Error('The DLL refers to an address outside its sections.')
    return address - section.start + section.offset
  }
  const table = image.readUInt32LE(directories)
  if (table === 0) return []
  const exported = place(table)
  const count = image.readUInt32LE(exported + 24)
  const names = place(image.readUInt32LE(exported + 32))
  return Array.from({ length: count }, (_, i) => {
    const start = place(image.readUInt32LE(names + 4 * i))
    return image.toString('latin1', start, image.indexOf(0, start))
  })
}

/**
 * @param {Buffer} image
 * @param {number} header
 */
function sectionTable(image, header) {
  const first = header + 24 + image.readUInt16LE(header + 20)
  return Array.from({ length: image.readUInt16LE(header + 6) }, (_, i) => {
    const row = first + 40 * i
    return { start: image.readUInt32LE(row + 12), size: Math.max(image.readUInt32LE(row + 8), image.readUInt32LE(row + 16)), offset: image.readUInt32LE(row + 20) }
  })
}

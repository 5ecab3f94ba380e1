import { closeSync, openSync, readSync } from 'node:fs'

/**
 * An entry of an asar header: a folder has `files`.
 * @typedef {{ files?: Record<string, Entry> }} Entry
 */

/** @type {(text: string) => Entry} */
const parseHeader = JSON.parse

/**
 * @param {Entry} entry
 * @param {string} path
 * @returns {string[]}
 */
function filesUnder(entry, path) {
  if (entry.files === undefined) return [path]
  return Object.entries(entry.files).flatMap(([name, child]) => filesUnder(child, path === '' ? name : `${path}/${name}`))
}

/**
 * Every file an asar archive lists, the unpacked ones included. The header is JSON behind four 32-bit words, of which the last
 * is its length (github.com/electron/asar, "Format").
 * @param {string} path
 * @returns {string[]} Relative paths with forward slashes.
 */
export function archivedFiles(path) {
  const file = openSync(path, 'r')
  try {
    const words = Buffer.alloc(16)
    readSync(file, words)
    const header = Buffer.alloc(words.readUInt32LE(12))
    readSync(file, header, 0, header.length, 16)
    return filesUnder(parseHeader(header.toString('utf8')), '')
  } finally {
    closeSync(file)
  }
}

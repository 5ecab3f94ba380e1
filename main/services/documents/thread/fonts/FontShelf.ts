import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { fontFilesBelow } from './fontFilesBelow.ts'
import { fontNames } from './fontNames.ts'
import type { Script } from './fontNames.ts'

/** "ttcf": what a file of several fonts begins with (ISO/IEC 14496-22, 4.6). */
export const COLLECTION = 0x74746366

/** What a file of one font begins with: TrueType outlines, as Apple writes them too, or "OTTO" for PostScript's. */
const ONE_FONT = new Set([0x00010000, 0x74727565, 0x4f54544f])

/** How long the folders are not listed again, in milliseconds: PDFium asks several times a page, a person who has installed a font takes longer. */
const FRESH = 5000

/** A font of this computer. */
export interface FontFile {
  readonly path: string
  readonly size: number
  /** Where its tables begin in a file of several fonts; null: the file is this one font. */
  readonly start: number | null
}

/** The fonts of this computer that have the letters of East Asian scripts, found when the first of them is needed. */
export class FontShelf {
  readonly #folders: readonly string[]
  readonly #found = new Map<Script, FontFile>()
  /** Paths by the file's name in lower case. */
  #files: ReadonlyMap<string, string> = new Map()
  #listedAt = -Infinity

  constructor(folders: readonly string[]) {
    this.#folders = folders
  }

  /** The font that suits a script best; null: there is none. */
  fontFor(script: Script): FontFile | null {
    const known = this.#found.get(script)
    if (known !== undefined) return known
    // A person who was told to install a font looks for it in a moment.
    if (performance.now() - this.#listedAt >= FRESH) {
      this.#files = filesIn(this.#folders)
      this.#listedAt = performance.now()
    }
    let font: FontFile | null = null
    for (const { name, face } of fontNames(script)) font ??= opened(this.#files.get(name), face)
    if (font !== null) this.#found.set(script, font)
    return font
  }
}

/** Reads a file's first bytes into `target`, as many as fit. */
export function readFont(path: string, target: Uint8Array): boolean {
  const file = openSync(path, 'r')
  try {
    for (let done = 0; done < target.byteLength; ) {
      const bytes = readSync(file, target, done, target.byteLength - done, done)
      if (bytes === 0) return false
      done += bytes
    }
    return true
  } finally {
    closeSync(file)
  }
}

function filesIn(folders: readonly string[]): Map<string, string> {
  const files = new Map<string, string>()
  for (const folder of folders) {
    for (const path of fontFilesBelow(folder)) {
      // macOS hands out names with their accents apart.
      const name = basename(path).normalize('NFC').toLowerCase()
      if (!files.has(name)) files.set(name, path)
    }
  }
  return files
}

/** One that cannot be read is no font; the next one is tried. */
function opened(path: string | undefined, face: number): FontFile | null {
  if (path === undefined) return null
  try {
    const { size } = statSync(path)
    // The header of a collection: tag, version, how many fonts, where each of them begins.
    const header = Buffer.alloc(16 + 4 * face)
    if (!readFont(path, header)) return null
    const tag = header.readUInt32BE(0)
    if (tag !== COLLECTION) return ONE_FONT.has(tag) ? { path, size, start: null } : null
    const start = header.readUInt32BE(header.readUInt32BE(8) > face ? 12 + 4 * face : 12)
    return start < size ? { path, size, start } : null
  } catch {
    return null
  }
}

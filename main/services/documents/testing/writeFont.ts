/** Units of the em square; every letter is a square of 800 of them. */
const EM = 1000
const [NEAR, FAR] = [100, 900] as const

/** A table of the font by its tag. */
type Tables = Readonly<Record<string, Buffer>>

/**
 * A TrueType font (ISO/IEC 14496-22) in which each of these letters is a black square, and no other has a shape. `collection`: as one of
 * so many fonts of a file, of which only the last has letters.
 */
export function writeFont(letters: string, collection = 0): Buffer {
  if (collection === 0) return fontAt(0, tablesOf(letters))
  const header = Buffer.alloc(12 + 4 * collection)
  header.write('ttcf', 'latin1')
  header.writeUInt32BE(0x00010000, 4)
  header.writeUInt32BE(collection, 8)
  const parts: Buffer[] = [header]
  for (let font = 0; font < collection; font += 1) {
    const start = parts.reduce((sum, { length }) => sum + length, 0)
    header.writeUInt32BE(start, 12 + 4 * font)
    parts.push(fontAt(start, tablesOf(font === collection - 1 ? letters : '')))
  }
  return Buffer.concat(parts)
}

/** A font whose tables lie behind it, where it begins at `start` of its file. */
function fontAt(start: number, tables: Tables): Buffer {
  const entries = Object.entries(tables).sort(([one], [other]) => (one < other ? -1 : 1))
  const directory = Buffer.alloc(12 + 16 * entries.length)
  directory.writeUInt32BE(0x00010000, 0)
  directory.writeUInt16BE(entries.length, 4)
  const parts: Buffer[] = [directory]
  let size = directory.length
  for (const [index, [tag, data]] of entries.entries()) {
    const at = 12 + 16 * index
    directory.write(tag, at, 'latin1')
    directory.writeUInt32BE(start + size, at + 8)
    directory.writeUInt32BE(data.length, at + 12)
    parts.push(data, Buffer.alloc((4 - (data.length % 4)) % 4))
    size += Math.ceil(data.length / 4) * 4
  }
  return Buffer.concat(parts)
}

/** Glyph 0 has no shape; glyph 1 is the square. */
function tablesOf(letters: string): Tables {
  const square = squareGlyph()
  const head = Buffer.alloc(54)
  head.writeUInt32BE(0x00010000, 0)
  head.writeUInt32BE(0x5f0f3cf5, 12)
  head.writeUInt16BE(EM, 18)
  for (const [at, value] of [NEAR, NEAR, FAR, FAR].entries()) head.writeInt16BE(value, 36 + 2 * at)
  head.writeUInt16BE(8, 46)
  // Short offsets of glyphs, in units of two bytes.
  head.writeInt16BE(0, 50)
  const hhea = Buffer.alloc(36)
  hhea.writeUInt32BE(0x00010000, 0)
  hhea.writeInt16BE(FAR, 4)
  hhea.writeInt16BE(-NEAR, 6)
  hhea.writeUInt16BE(EM, 10)
  hhea.writeUInt16BE(2, 34)
  const maxp = Buffer.alloc(32)
  maxp.writeUInt32BE(0x00010000, 0)
  maxp.writeUInt16BE(2, 4)
  maxp.writeUInt16BE(4, 6)
  maxp.writeUInt16BE(1, 8)
  maxp.writeUInt16BE(1, 14)
  const hmtx = words([EM, 0, EM, NEAR])
  const loca = words([0, 0, square.length / 2])
  return { head, hhea, maxp, hmtx, loca, glyf: square, cmap: characterMap(letters) }
}

function squareGlyph(): Buffer {
  const outline = words([1, NEAR, NEAR, FAR, FAR, 3, 0])
  // Four points on the curve, each with its way from the one before in 16 bits.
  const flags = Buffer.from([1, 1, 1, 1])
  const side = FAR - NEAR
  return Buffer.concat([outline, flags, words([NEAR, 0, side, 0]), words([NEAR, side, 0, -side])])
}

/** Format 4: a stretch of one letter each. */
function characterMap(letters: string): Buffer {
  const codes = [...new Set(Array.from(letters).map((letter) => letter.codePointAt(0) ?? 0))].sort((one, other) => one - other)
  const ends = [...codes, 0xffff]
  const deltas = [...codes.map((code) => (1 - code) & 0xffff), 1]
  const table = words([4, 16 + 8 * ends.length, 0, 2 * ends.length, 0, 0, 0, ...ends, 0, ...ends, ...deltas, ...ends.map(() => 0)])
  // For Windows, in Unicode.
  return Buffer.concat([words([0, 1, 3, 1, 0, 12]), table])
}

function words(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2)
  for (const [at, value] of values.entries()) bytes.writeUInt16BE(value & 0xffff, at * 2)
  return bytes
}

import { GgufCursor, GgufDamage, GgufVersionUnknown } from './GgufCursor.ts'
import { readValue } from './ggufValue.ts'
import type { GgufEntry, GgufValue } from './ggufValue.ts'
import { tensorSize, tensorTypes } from './tensorTypes.ts'

export interface GgufTensor {
  readonly name: string
  /** Row length first, as ggml orders them. */
  readonly dims: readonly number[]
  readonly type: number
  /** From the beginning of the data. */
  readonly offset: number
  /** Of its data, without padding. */
  readonly bytes: number
}

/** What stands in front of a GGUF file's tensor data. */
export interface GgufHeader {
  readonly version: number
  readonly metadata: ReadonlyMap<string, GgufValue>
  /** How each entry of `metadata` is written. */
  readonly entries: ReadonlyMap<string, GgufEntry>
  readonly tensors: ReadonlyMap<string, GgufTensor>
  /** The tensor table in the file: its first byte, and the byte behind its last. */
  readonly table: { readonly start: number; readonly end: number }
  /** Tensor data and its beginning stand at multiples of this. */
  readonly alignment: number
  /** Where the tensor data begins in the file. */
  readonly dataStart: number
}

/** Smallest metadata entry: a key of one letter (9), a type (4), a byte (1). Smallest tensor: name (9), rank (4), type (4), offset (8). */
const smallestEntry = 14
const smallestTensor = 25
/** Of entries and of tensors; the largest models have a few thousand. */
const mostRows = 65536
/** `GGML_MAX_DIMS` and `GGML_MAX_NAME` (with its closing zero) of `ggml/include/ggml.h`. */
const mostDims = 4
const longestName = 63
/** A key or name in a sentence. */
const shown = (name: string) => name.slice(0, 64)

/**
 * Parses a GGUF header from the beginning of a file, after the magic was checked
 * (format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3, little-endian). It refuses all that
 * llama.cpp's own reader refuses (`ggml/src/gguf.cpp`), so that its answer is a sentence and not a log line.
 * Throws `GgufDamage` or `GgufVersionUnknown`, or `NeedMoreBytes` where the header is longer than `bytes`.
 */
export function parseGgufHeader(bytes: Buffer, fileSize: number): GgufHeader {
  const cursor = new GgufCursor(bytes, fileSize)
  cursor.skip(4)
  const version = cursor.u32()
  if (version !== 2 && version !== 3) throw new GgufVersionUnknown(versionProblem(version))
  const tensorCount = rows(cursor, 'tensors', smallestTensor)
  const entryCount = rows(cursor, 'metadata entries', smallestEntry)
  const { metadata, entries } = readMetadata(cursor, entryCount)
  const alignment = alignmentOf(metadata, entries)
  const start = cursor.offset
  const tensors = readTensors(cursor, tensorCount, alignment)
  const end = cursor.offset
  return { version, metadata, entries, tensors, table: { start, end }, alignment, dataStart: padded(end, alignment) }
}

function versionProblem(version: number): string {
  if (version === 1) return 'GGUF version 1, which llama.cpp no longer reads'
  if ((version & 0xffff) === 0) return 'a big-endian file'
  return `GGUF version ${version}`
}

function rows(cursor: GgufCursor, what: string, bytesEach: number): number {
  const count = cursor.count(what, bytesEach)
  if (count > mostRows) throw new GgufDamage(`${count} ${what}, more than any model has`)
  return count
}

function readMetadata(cursor: GgufCursor, count: number): Pick<GgufHeader, 'metadata' | 'entries'> {
  const metadata = new Map<string, GgufValue>()
  const entries = new Map<string, GgufEntry>()
  for (let index = 0; index < count; index++) {
    const start = cursor.offset
    const key = cursor.text('the length of a key')
    if (key === '') throw new GgufDamage('an entry without a key')
    if (metadata.has(key)) throw new GgufDamage(`the key ${shown(key)} occurs twice`)
    const { type, value } = readValue(cursor, shown(key))
    metadata.set(key, value)
    entries.set(key, { type, start, end: cursor.offset })
  }
  return { metadata, entries }
}

function alignmentOf(metadata: GgufHeader['metadata'], entries: GgufHeader['entries']): number {
  if (!metadata.has('general.alignment')) return 32
  const alignment = numberAt(metadata, 'general.alignment') ?? 0
  const isPowerOfTwo = alignment > 0 && alignment <= 65536 && (alignment & (alignment - 1)) === 0
  if (entries.get('general.alignment')?.type !== 'u32' || !isPowerOfTwo) throw new GgufDamage(`an alignment of ${alignment}`)
  return alignment
}

function readTensors(cursor: GgufCursor, count: number, alignment: number): Map<string, GgufTensor> {
  const tensors = new Map<string, GgufTensor>()
  let expected = 0
  for (let index = 0; index < count; index++) {
    const tensor = readTensor(cursor)
    if (tensors.has(tensor.name)) throw new GgufDamage(`tensor ${tensor.name} occurs twice`)
    if (tensor.offset !== expected) throw new GgufDamage(`tensor ${tensor.name} does not begin where the one before it ends`)
    tensors.set(tensor.name, tensor)
    expected += padded(tensor.bytes, alignment)
  }
  return tensors
}

function readTensor(cursor: GgufCursor): GgufTensor {
  const length = cursor.count('the length of a tensor name', 1)
  if (length > longestName) throw new GgufDamage(`a tensor name of ${length} bytes`)
  const name = cursor.utf8(length)
  const rank = cursor.u32()
  if (rank > mostDims) throw new GgufDamage(`tensor ${name} has ${rank} dimensions`)
  const dims = Array.from({ length: rank }, () => cursor.size('a dimension'))
  const type = cursor.u32()
  const kind = tensorTypes.get(type)
  if (kind === undefined) throw new GgufDamage(`tensor ${name} has the unknown type ${type}`)
  if ((dims[0] ?? 1) % kind.block !== 0) throw new GgufDamage(`tensor ${name} has rows of ${dims[0] ?? 1} numbers, ${kind.name} comes in blocks of ${kind.block}`)
  return { name, dims, type, offset: cursor.size('a tensor offset'), bytes: tensorSize(kind, dims) }
}

/** `offset` or the next multiple of `alignment`. */
export function padded(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment
}

/** A metadata entry that is a number; undefined where it is absent or something else. */
export function numberAt(metadata: GgufHeader['metadata'], key: string): number | undefined {
  const value = metadata.get(key)
  return typeof value === 'number' ? value : undefined
}

/** A metadata entry that is a whole number from 0 on; null where it is absent or something else. */
export function countAt(metadata: GgufHeader['metadata'], key: string): number | null {
  const value = numberAt(metadata, key) ?? -1
  return Number.isSafeInteger(value) && value >= 0 ? value : null
}

/** A metadata entry that is a string; undefined where it is absent or something else. */
export function textAt(metadata: GgufHeader['metadata'], key: string): string | undefined {
  const value = metadata.get(key)
  return typeof value === 'string' ? value : undefined
}

/** A metadata entry that is an array of numbers; undefined where it is absent, something else, or too long to be kept. */
export function numbersAt(metadata: GgufHeader['metadata'], key: string): readonly number[] | undefined {
  const value = metadata.get(key)
  return Array.isArray(value) && value.every((one): one is number => typeof one === 'number') ? value : undefined
}

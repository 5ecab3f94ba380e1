import { GgufCursor, GgufDamage } from './GgufCursor.ts'

/** A metadata value; of long arrays (vocabularies) only the length is kept. */
export type GgufValue = number | string | boolean | readonly (number | string | boolean)[] | { readonly skipped: number }

export interface GgufTensor {
  readonly name: string
  /** Row length first, as ggml orders them. */
  readonly dims: readonly number[]
  readonly type: number
  /** From the beginning of the data. */
  readonly offset: number
}

/** What stands in front of a GGUF file's tensor data. */
export interface GgufHeader {
  readonly version: number
  readonly metadata: ReadonlyMap<string, GgufValue>
  readonly tensors: ReadonlyMap<string, GgufTensor>
  /** Where the tensor data begins in the file. */
  readonly dataStart: number
}

/** Longest array that is kept. */
const longestKept = 1024
/** Smallest metadata entry: an empty key (8), a type (4), a byte (1). Smallest tensor: name (8), rank (4), type (4), offset (8). */
const smallestEntry = 13
const smallestTensor = 24
/** `GGML_MAX_DIMS`. */
const mostDims = 4

/**
 * Parses a GGUF header from the beginning of a file, after the magic was checked
 * (format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3, little-endian).
 * Throws `GgufDamage`, or `NeedMoreBytes` where the header is longer than `bytes`.
 */
export function parseGgufHeader(bytes: Buffer, fileSize: number): GgufHeader {
  const cursor = new GgufCursor(bytes, fileSize)
  cursor.skip(4)
  const version = cursor.u32()
  if (version !== 2 && version !== 3) throw new GgufDamage(versionProblem(version))
  const tensorCount = cursor.count('tensors', smallestTensor)
  const entryCount = cursor.count('metadata entries', smallestEntry)
  const metadata = new Map<string, GgufValue>()
  for (let index = 0; index < entryCount; index++) {
    const key = cursor.text('the length of a key')
    metadata.set(key, readValue(cursor, cursor.u32(), key))
  }
  const tensors = new Map<string, GgufTensor>()
  for (let index = 0; index < tensorCount; index++) {
    const tensor = readTensor(cursor)
    if (tensors.has(tensor.name)) throw new GgufDamage(`tensor ${tensor.name} occurs twice`)
    tensors.set(tensor.name, tensor)
  }
  const alignment = numberAt(metadata, 'general.alignment') ?? 32
  if (!Number.isInteger(alignment) || alignment < 1 || alignment > 65536) throw new GgufDamage(`an alignment of ${alignment}`)
  return { version, metadata, tensors, dataStart: Math.ceil(cursor.offset / alignment) * alignment }
}

function versionProblem(version: number): string {
  if (version === 1) return 'GGUF version 1, which llama.cpp no longer reads'
  if ((version & 0xffff) === 0) return 'a big-endian file'
  return `GGUF version ${version}`
}

function readTensor(cursor: GgufCursor): GgufTensor {
  const name = cursor.text('the length of a tensor name')
  const rank = cursor.u32()
  if (rank > mostDims) throw new GgufDamage(`tensor ${name.slice(0, 64)} has ${rank} dimensions`)
  const dims = Array.from({ length: rank }, () => cursor.u64('a dimension'))
  return { name, dims, type: cursor.u32(), offset: cursor.u64('a tensor offset') }
}

function readValue(cursor: GgufCursor, type: number, key: string): GgufValue {
  if (type !== 9) return readScalar(cursor, type, key)
  const elementType = cursor.u32()
  const size = scalarSize(elementType, key)
  const length = cursor.count(`elements of ${key.slice(0, 64)}`, size)
  if (length <= longestKept) return Array.from({ length }, () => readScalar(cursor, elementType, key))
  if (elementType === stringType) for (let index = 0; index < length; index++) cursor.skipText()
  else cursor.skip(length * size)
  return { skipped: length }
}

const stringType = 8

/** Bytes of a value of this type; of a string, the least. */
function scalarSize(type: number, key: string): number {
  const size = [1, 1, 2, 2, 4, 4, 4, 1, 8, undefined, 8, 8, 8][type]
  if (size === undefined) throw new GgufDamage(`${key.slice(0, 64)} has the unknown type ${type}`)
  return size
}

function readScalar(cursor: GgufCursor, type: number, key: string): number | string | boolean {
  switch (type) {
    case 0:
      return cursor.u8()
    case 1:
      return cursor.i8()
    case 2:
      return cursor.u16()
    case 3:
      return cursor.i16()
    case 4:
      return cursor.u32()
    case 5:
      return cursor.i32()
    case 6:
      return cursor.f32()
    case 7:
      return cursor.u8() !== 0
    case stringType:
      return cursor.text(`the length of ${key.slice(0, 64)}`)
    case 10:
      return cursor.u64(key.slice(0, 64))
    case 11:
      return cursor.i64()
    case 12:
      return cursor.f64()
    default:
      throw new GgufDamage(`${key.slice(0, 64)} has the unknown type ${type}`)
  }
}

/** A metadata entry that is a number; undefined where it is absent or something else. */
export function numberAt(metadata: GgufHeader['metadata'], key: string): number | undefined {
  const value = metadata.get(key)
  return typeof value === 'number' ? value : undefined
}

/** A metadata entry that is a string; undefined where it is absent or something else. */
export function textAt(metadata: GgufHeader['metadata'], key: string): string | undefined {
  const value = metadata.get(key)
  return typeof value === 'string' ? value : undefined
}

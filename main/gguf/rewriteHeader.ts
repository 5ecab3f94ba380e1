import { padded } from './ggufHeader.ts'
import type { GgufHeader } from './ggufHeader.ts'
import type { NewEntry } from './repairedEntries.ts'

/**
 * A file's header with these entries added, or in the place of those it has; all else byte for byte. `bytes` is the file up to the
 * end of its tensor table; what is returned ends where the tensor data begins.
 */
export function rewriteHeader(bytes: Buffer, header: GgufHeader, added: readonly NewEntry[]): Buffer {
  const replaced = new Set(added.map(({ key }) => key))
  const kept = [...header.entries].filter(([key]) => !replaced.has(key)).map(([, { start, end }]) => bytes.subarray(start, end))
  // Magic, version and the number of tensors stand in the first 16 bytes.
  const parts = [bytes.subarray(0, 16), u64(kept.length + added.length), ...kept, ...added.map(entryBytes), bytes.subarray(header.table.start, header.table.end)]
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat(parts, padded(length, header.alignment))
}

/** Numbers of the types written here (`enum gguf_type`). */
const typeNumbers = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const

function entryBytes(entry: NewEntry): Buffer {
  return Buffer.concat([text(entry.key), valueBytes(entry)])
}

function valueBytes(entry: NewEntry): Buffer {
  switch (entry.type) {
    case 'string':
      return Buffer.concat([u32(typeNumbers.string), text(entry.value)])
    case 'bool':
      return Buffer.concat([u32(typeNumbers.bool), Buffer.from([entry.value ? 1 : 0])])
    case 'u32':
      return Buffer.concat([u32(typeNumbers.u32), u32(entry.value)])
    case 'i32[]':
      return Buffer.concat([u32(typeNumbers.array), u32(typeNumbers.i32), u64(entry.value.length), ...entry.value.map(i32)])
    case 'f32[]':
      return Buffer.concat([u32(typeNumbers.array), u32(typeNumbers.f32), u64(entry.value.length), ...entry.value.map(f32)])
  }
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([u64(bytes.length), bytes])
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function i32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return bytes
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return bytes
}

import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { aligned, gguf, ggufMagic, ggufVersion, tensorBytes, tensorTypes } from './format.ts'
import type { MetadataValue, TensorType } from './format.ts'

/** A tensor to write. `shape` is in ggml's order: the first number is the row length. */
export interface TensorSource {
  readonly name: string
  readonly type: TensorType
  readonly shape: readonly number[]
  /** The data in order; called once while writing, so that a large tensor never stands in memory whole. */
  readonly chunks: () => Iterable<Uint8Array>
}

/**
 * Writes a GGUF version 3 file. The file appears under its name only when it is complete.
 * Throws where a tensor yields another number of bytes than its shape says.
 */
export function writeGguf(path: string, metadata: Readonly<Record<string, MetadataValue>>, tensors: readonly TensorSource[]): void {
  const unfinished = `${path}.${process.pid}.part`
  const file = openSync(unfinished, 'w')
  try {
    let position = 0
    const put = (bytes: Uint8Array): void => {
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done)
      position += bytes.length
    }
    const pad = (): void => put(new Uint8Array(aligned(position) - position))
    put(header(metadata, tensors))
    pad()
    for (const tensor of tensors) {
      const start = position
      for (const chunk of tensor.chunks()) put(chunk)
      const expected = tensorBytes(tensor.type, tensor.shape)
      if (position - start !== expected) throw new Error(`${tensor.name}: ${position - start} bytes given, ${expected} expected`)
      pad()
    }
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
  renameSync(unfinished, path)
}

function header(metadata: Readonly<Record<string, MetadataValue>>, tensors: readonly TensorSource[]): Uint8Array {
  const out = new HeaderBytes()
  const entries = Object.entries(metadata)
  out.u32(ggufMagic)
  out.u32(ggufVersion)
  out.u64(BigInt(tensors.length))
  out.u64(BigInt(entries.length))
  for (const [key, value] of entries) {
    out.string(key)
    putValue(out, value)
  }
  let offset = 0
  for (const tensor of tensors) {
    out.string(tensor.name)
    out.u32(tensor.shape.length)
    for (const side of tensor.shape) out.u64(BigInt(side))
    out.u32(tensorTypes[tensor.type].id)
    out.u64(BigInt(offset))
    offset += aligned(tensorBytes(tensor.type, tensor.shape))
  }
  return out.bytes()
}

function putValue(out: HeaderBytes, entry: MetadataValue): void {
  switch (entry.type) {
    case 'u16':
      out.u32(gguf.u16).u16(entry.value)
      return
    case 'u32':
      out.u32(gguf.u32).u32(entry.value)
      return
    case 'i32':
      out.u32(gguf.i32).i32(entry.value)
      return
    case 'u64':
      out.u32(gguf.u64).u64(entry.value)
      return
    case 'f32':
      out.u32(gguf.f32).f32(entry.value)
      return
    case 'bool':
      out.u32(gguf.bool).u8(entry.value ? 1 : 0)
      return
    case 'string':
      out.u32(gguf.string).string(entry.value)
      return
    case 'f32[]':
      out.array(gguf.f32, entry.value.length)
      for (const item of entry.value) out.f32(item)
      return
    case 'i32[]':
      out.array(gguf.i32, entry.value.length)
      for (const item of entry.value) out.i32(item)
      return
    case 'u32[]':
      out.array(gguf.u32, entry.value.length)
      for (const item of entry.value) out.u32(item)
      return
    case 'string[]':
      out.array(gguf.string, entry.value.length)
      for (const item of entry.value) out.string(item)
      return
    default:
      unreachable(entry)
  }
}

function unreachable(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`)
}

/** Little-endian bytes in a buffer that grows. */
class HeaderBytes {
  #buffer = Buffer.alloc(1 << 16)
  #length = 0

  #room(size: number): number {
    const at = this.#length
    this.#length += size
    if (this.#length > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(this.#length, this.#buffer.length * 2))
      this.#buffer.copy(larger)
      this.#buffer = larger
    }
    return at
  }

  u8(value: number): this {
    const at = this.#room(1)
    this.#buffer.writeUInt8(value, at)
    return this
  }

  u16(value: number): this {
    const at = this.#room(2)
    this.#buffer.writeUInt16LE(value, at)
    return this
  }

  u32(value: number): this {
    const at = this.#room(4)
    this.#buffer.writeUInt32LE(value, at)
    return this
  }

  i32(value: number): this {
    const at = this.#room(4)
    this.#buffer.writeInt32LE(value, at)
    return this
  }

  u64(value: bigint): this {
    const at = this.#room(8)
    this.#buffer.writeBigUInt64LE(value, at)
    return this
  }

  f32(value: number): this {
    const at = this.#room(4)
    this.#buffer.writeFloatLE(value, at)
    return this
  }

  string(value: string): this {
    const bytes = Buffer.from(value, 'utf8')
    this.u64(BigInt(bytes.length))
    const at = this.#room(bytes.length)
    bytes.copy(this.#buffer, at)
    return this
  }

  array(type: number, length: number): void {
    this.u32(gguf.array).u32(type).u64(BigInt(length))
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length)
  }
}

import { closeSync, openSync, readSync } from 'node:fs'
import { fromHalf } from './half.ts'
import { aligned, gguf, ggufMagic, ggufVersion, tensorBytes, tensorTypes } from './format.ts'
import type { TensorType } from './format.ts'

export type ReadValue = number | bigint | boolean | string | readonly ReadValue[]

export interface TensorInfo {
  readonly name: string
  readonly shape: readonly number[]
  /** Null where it is a type this reader has no size for. */
  readonly type: TensorType | null
  /** Bytes from the start of the file. */
  readonly offset: number
}

export interface GgufHeader {
  readonly path: string
  readonly metadata: ReadonlyMap<string, ReadValue>
  readonly tensors: ReadonlyMap<string, TensorInfo>
}

/** Reads metadata and tensor table of a GGUF version 3 file, not the tensors. Throws on anything else. */
export function readGguf(path: string): GgufHeader {
  const file = openSync(path, 'r')
  try {
    const input = new HeaderInput(file, path)
    if (input.u32() !== ggufMagic) throw new Error(`${path} is no GGUF file`)
    const version = input.u32()
    if (version !== ggufVersion) throw new Error(`${path}: GGUF version ${version}`)
    const tensorCount = Number(input.u64())
    const metadataCount = Number(input.u64())
    const metadata = new Map<string, ReadValue>()
    for (let i = 0; i < metadataCount; i++) metadata.set(input.string(), input.value(input.u32()))
    const table = Array.from({ length: tensorCount }, () => tensorRow(input))
    const data = aligned(input.position)
    return { path, metadata, tensors: new Map(table.map((row) => [row.name, { ...row, offset: row.offset + data }])) }
  } finally {
    closeSync(file)
  }
}

/** A tensor's numbers, row-major. F32, F16 and Q8_0 only. */
export function readTensor(header: GgufHeader, name: string): Float32Array {
  const tensor = header.tensors.get(name)
  if (tensor === undefined) throw new Error(`${header.path} has no tensor ${name}`)
  if (tensor.type === null) throw new Error(`${name} is of a type that is not read here`)
  const bytes = Buffer.alloc(tensorBytes(tensor.type, tensor.shape))
  const file = openSync(header.path, 'r')
  try {
    if (readSync(file, bytes, 0, bytes.length, tensor.offset) !== bytes.length) throw new Error(`${name} is cut off`)
  } finally {
    closeSync(file)
  }
  switch (tensor.type) {
    case 'f32':
      return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4))
    case 'f16':
      return Float32Array.from({ length: bytes.length / 2 }, (_, i) => fromHalf(bytes.readUInt16LE(i * 2)))
    case 'q8_0':
      return Float32Array.from({ length: (bytes.length / 34) * 32 }, (_, i) => {
        const block = Math.floor(i / 32) * 34
        return fromHalf(bytes.readUInt16LE(block)) * bytes.readInt8(block + 2 + (i % 32))
      })
    case 'q4_k':
    case 'q6_k':
      throw new Error(`${name} is ${tensor.type}, which is only written here`)
  }
}

function tensorRow(input: HeaderInput): TensorInfo {
  const name = input.string()
  const shape = Array.from({ length: input.u32() }, () => Number(input.u64()))
  const id = input.u32()
  const type = (Object.keys(tensorTypes) as TensorType[]).find((key) => tensorTypes[key].id === id) ?? null
  return { name, shape, type, offset: Number(input.u64()) }
}

const windowBytes = 1 << 20

/** Reads little-endian values one after the other through a window of the file. */
class HeaderInput {
  readonly #file: number
  readonly #path: string
  #window = Buffer.alloc(0)
  #windowStart = 0
  position = 0

  constructor(file: number, path: string) {
    this.#file = file
    this.#path = path
  }

  #take(size: number): Buffer {
    const from = this.position - this.#windowStart
    if (from + size > this.#window.length) {
      const buffer = Buffer.alloc(Math.max(size, windowBytes))
      const read = readSync(this.#file, buffer, 0, buffer.length, this.position)
      if (read < size) throw new Error(`${this.#path} ends in its header`)
      this.#window = buffer.subarray(0, read)
      this.#windowStart = this.position
    }
    const start = this.position - this.#windowStart
    this.position += size
    return this.#window.subarray(start, start + size)
  }

  u32(): number {
    return this.#take(4).readUInt32LE()
  }

  u64(): bigint {
    return this.#take(8).readBigUInt64LE()
  }

  string(): string {
    return this.#take(Number(this.u64())).toString('utf8')
  }

  value(type: number): ReadValue {
    switch (type) {
      case gguf.u8:
        return this.#take(1).readUInt8()
      case gguf.i8:
        return this.#take(1).readInt8()
      case gguf.u16:
        return this.#take(2).readUInt16LE()
      case gguf.i16:
        return this.#take(2).readInt16LE()
      case gguf.u32:
        return this.u32()
      case gguf.i32:
        return this.#take(4).readInt32LE()
      case gguf.f32:
        return this.#take(4).readFloatLE()
      case gguf.bool:
        return this.#take(1).readUInt8() !== 0
      case gguf.string:
        return this.string()
      case gguf.array:
        return this.#array()
      case gguf.u64:
        return this.u64()
      case gguf.i64:
        return this.#take(8).readBigInt64LE()
      case gguf.f64:
        return this.#take(8).readDoubleLE()
      default:
        throw new Error(`${this.#path}: unknown metadata type ${type}`)
    }
  }

  #array(): ReadValue {
    const type = this.u32()
    return Array.from({ length: Number(this.u64()) }, () => this.value(type))
  }
}

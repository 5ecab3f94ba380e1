/** The bytes read so far end in the middle of a value; with more of the file at hand the parse may succeed. */
export class NeedMoreBytes extends Error {}

/** The bytes contradict themselves, however much more of the file is read. `message` is for a person. */
export class GgufDamage extends Error {}

/** A sound file in a version or byte order that llama.cpp does not read. `message` is for a person. */
export class GgufVersionUnknown extends Error {}

/** Reads little-endian values from the beginning of a file. Never reads, skips or allocates beyond the file's own size. */
export class GgufCursor {
  readonly #bytes: Buffer
  readonly #fileSize: number
  #offset = 0

  /** `bytes` is the beginning of a file of `fileSize` bytes. */
  constructor(bytes: Buffer, fileSize: number) {
    this.#bytes = bytes
    this.#fileSize = fileSize
  }

  get offset(): number {
    return this.#offset
  }

  /** Moves past `count` bytes, which must exist in the file. */
  skip(count: number): void {
    this.#need(count)
    this.#offset += count
  }

  u8(): number {
    return this.#bytes.readUInt8(this.#take(1))
  }

  i8(): number {
    return this.#bytes.readInt8(this.#take(1))
  }

  u16(): number {
    return this.#bytes.readUInt16LE(this.#take(2))
  }

  i16(): number {
    return this.#bytes.readInt16LE(this.#take(2))
  }

  u32(): number {
    return this.#bytes.readUInt32LE(this.#take(4))
  }

  i32(): number {
    return this.#bytes.readInt32LE(this.#take(4))
  }

  f32(): number {
    return this.#bytes.readFloatLE(this.#take(4))
  }

  /** Beyond 2^53 the nearest number there is. */
  u64(): number {
    return Number(this.#bytes.readBigUInt64LE(this.#take(8)))
  }

  /** Beyond 2^53 the nearest number there is. */
  i64(): number {
    return Number(this.#bytes.readBigInt64LE(this.#take(8)))
  }

  f64(): number {
    return this.#bytes.readDoubleLE(this.#take(8))
  }

  /** A 64-bit size up to 2^53; more is damage. */
  size(what: string): number {
    const start = this.#take(8)
    const value = this.#unsigned(start)
    if (value > Number.MAX_SAFE_INTEGER) throw new GgufDamage(`${what}: ${this.#bytes.readBigUInt64LE(start)} is out of range`)
    return value
  }

  /** A 64-bit count of things of at least `bytesEach`; more than the rest of the file could hold is damage. */
  count(what: string, bytesEach: number): number {
    const start = this.#take(8)
    const value = this.#unsigned(start)
    if (value * bytesEach > this.#fileSize - this.#offset) throw new GgufDamage(`${what}: ${this.#bytes.readBigUInt64LE(start)} do not fit into the file`)
    return value
  }

  /** A string with its 64-bit length in front. */
  text(what: string): string {
    return this.utf8(this.count(what, 1))
  }

  /** A string of `length` bytes. */
  utf8(length: number): string {
    const start = this.#take(length)
    return this.#bytes.toString('utf8', start, start + length)
  }

  /** The bytes read from, for those who look at many places in them; see `place`. */
  get source(): Uint8Array {
    return this.#bytes
  }

  /** Moves past `length` bytes and returns where in `source` they begin. */
  place(length: number): number {
    return this.#take(length)
  }

  skipText(): void {
    this.skip(this.count('the length of a text', 1))
  }

  /** Exact up to 2^53; a `bigint` would take ten times as long, and a vocabulary has a hundred thousand lengths. */
  #unsigned(start: number): number {
    return this.#bytes.readUInt32LE(start) + this.#bytes.readUInt32LE(start + 4) * 2 ** 32
  }

  #take(count: number): number {
    this.#need(count)
    const start = this.#offset
    this.#offset += count
    return start
  }

  #need(count: number): void {
    if (this.#offset + count <= this.#bytes.length) return
    if (this.#offset + count > this.#fileSize) throw new GgufDamage('the file ends inside its header')
    throw new NeedMoreBytes()
  }
}

import { tensorBytes, tensorTypes } from '../gguf/format.ts'
import type { TensorType } from '../gguf/format.ts'
import { toHalf } from '../gguf/half.ts'
import type { TensorSource } from '../gguf/write.ts'
import { Random } from './random.ts'

export interface RandomTensor {
  readonly name: string
  readonly type: TensorType
  /** ggml's order: the first number is the row length. */
  readonly shape: readonly number[]
  readonly deviation: number
  /** Only for F32 and F16. */
  readonly mean?: number
  /** This many rows at the start are zero. */
  readonly zeroRows?: number
}

/** Numbers made afresh for a tensor; what is larger repeats that much, so that a file of gigabytes is written in seconds. */
const freshNumbers = 1 << 20

/** A tensor of random numbers around `mean` with the given standard deviation. Depends on seed and name alone. */
export function randomTensor(seed: number, tensor: RandomTensor): TensorSource {
  const { name, type, shape, deviation, mean = 0, zeroRows = 0 } = tensor
  const total = tensorBytes(type, shape)
  return {
    name,
    type,
    shape,
    *chunks() {
      const count = Math.min(freshNumbers, shape.reduce((product, side) => product * side, 1))
      const fresh = blocks(new Random(seed ^ hash(name)), type, count, deviation, mean)
      const zeros = zeroRows === 0 ? 0 : tensorBytes(type, [shape[0] ?? 1, zeroRows])
      yield new Uint8Array(zeros)
      for (let left = total - zeros; left > 0; left -= fresh.length) yield left < fresh.length ? fresh.subarray(0, left) : fresh
    },
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (const byte of Buffer.from(text, 'utf8')) value = Math.imul(value ^ byte, 0x01000193)
  return value
}

function blocks(random: Random, type: TensorType, count: number, deviation: number, mean: number): Uint8Array {
  const { block, bytes } = tensorTypes[type]
  const out = Buffer.alloc((count / block) * bytes)
  for (let at = 0; at < out.length; at += bytes) {
    switch (type) {
      case 'f32':
        out.writeFloatLE(mean + deviation * random.normal(), at)
        break
      case 'f16':
        out.writeUInt16LE(toHalf(mean + deviation * random.normal()), at)
        break
      case 'q8_0':
        putQ8(out, at, random, deviation)
        break
      case 'q4_k':
        putQ4K(out, at, random, deviation)
        break
      case 'q6_k':
        putQ6K(out, at, random, deviation)
        break
    }
  }
  return out
}

/** `block_q8_0`: half scale, 32 signed bytes. Uniform bytes have a standard deviation of 73.6. */
function putQ8(out: Buffer, at: number, random: Random, deviation: number): void {
  out.writeUInt16LE(toHalf(deviation / 73.6), at)
  for (let i = 0; i < 32; i++) out.writeInt8(random.below(255) - 127, at + 2 + i)
}

/**
 * `block_q4_K`: half scale, half minimum, 8 pairs of 6-bit (scale, minimum) packed in 12 bytes, 256 nibbles.
 * A number is `d * scale * nibble - dmin * minimum`. With scale = minimum = s and dmin = 7.5 d it is `d * s * (nibble - 7.5)`:
 * mean zero, deviation `4.61 d s`.
 */
function putQ4K(out: Buffer, at: number, random: Random, deviation: number): void {
  const scale = deviation / (4.61 * 24)
  out.writeUInt16LE(toHalf(scale), at)
  out.writeUInt16LE(toHalf(7.5 * scale), at + 2)
  // Groups 4..7 keep the low nibbles of scale and minimum in bytes 8..11 and their high bits in bits 6..7 of bytes 0..7.
  for (let j = 0; j < 4; j++) {
    const low = 17 + random.below(15)
    const high = 17 + random.below(15)
    out[at + 4 + j] = low | ((high >> 4) << 6)
    out[at + 8 + j] = low | ((high >> 4) << 6)
    out[at + 12 + j] = (high & 15) | ((high & 15) << 4)
  }
  for (let i = 0; i < 128; i += 4) out.writeUInt32LE(random.bits(), at + 16 + i)
}

/** `block_q6_K`: 256 numbers of 6 bits (low nibbles, then high pairs), 16 signed scales, half scale; `d * scale * (q - 32)`. */
function putQ6K(out: Buffer, at: number, random: Random, deviation: number): void {
  for (let i = 0; i < 192; i += 4) out.writeUInt32LE(random.bits(), at + i)
  for (let i = 0; i < 16; i++) out.writeInt8((64 + random.below(64)) * (random.below(2) === 0 ? 1 : -1), at + 192 + i)
  out.writeUInt16LE(toHalf(deviation / (18.5 * 97)), at + 208)
}

import { createHash } from 'node:crypto'
import * as z from 'zod'
import { CHECKSUM_BYTES, EMBEDDING_MAGIC, HEADER_START } from '../../../platform/embeddingHead.ts'
import type { NativeEmbeddings } from '../../native/binding.d.ts'

/** Of float32 and int32. */
const bytesEach = 4

const count = z.number().int().nonnegative()
const header = z.object({
  key: z.string(),
  tokens: count.positive(),
  positions: count,
  width: count.positive(),
  nonCausal: z.boolean(),
  mrope: z.boolean(),
  before: z.array(count),
  after: z.array(count),
})

/**
 * A picture's embeddings as a file (see `platform/embeddingHead.ts`): magic, SHA-256 of the rest, length of the header, the header as JSON padded to four bytes, the
 * values (little-endian, as on all platforms we run on), the M-RoPE positions.
 */
export function writeEmbeddings(key: string, embeddings: NativeEmbeddings): Buffer {
  const { data, tokens, positions, width, nonCausal, mrope, before, after } = embeddings
  const json = JSON.stringify({ key, tokens, positions, width, nonCausal, mrope: mrope !== null, before: [...before], after: [...after] } satisfies z.infer<typeof header>)
  const text = Buffer.from(json.padEnd(json.length + padding(Buffer.byteLength(json))))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  const rest = [length, text, bytesOf(data), ...(mrope === null ? [] : [bytesOf(mrope)])]
  const hash = createHash('sha256')
  for (const part of rest) hash.update(part)
  return Buffer.concat([EMBEDDING_MAGIC, hash.digest(), ...rest])
}

/** The embeddings of such a file; null for one that is damaged, of another version, of another picture or of another width. */
export function readEmbeddings(file: Buffer, key: string, width: number): NativeEmbeddings | null {
  if (file.length < HEADER_START || !file.subarray(0, EMBEDDING_MAGIC.length).equals(EMBEDDING_MAGIC)) return null
  const rest = file.subarray(EMBEDDING_MAGIC.length + CHECKSUM_BYTES)
  if (!createHash('sha256').update(rest).digest().equals(file.subarray(EMBEDDING_MAGIC.length, EMBEDDING_MAGIC.length + CHECKSUM_BYTES))) return null
  const dataStart = 4 + rest.readUInt32LE(0)
  const found = header.safeParse(parsed(rest.toString('utf8', 4, dataStart)))
  if (!found.success || found.data.key !== key || found.data.width !== width) return null
  const { tokens, positions, nonCausal, before, after } = found.data
  const values = tokens * width
  const planes = found.data.mrope ? 4 * tokens : 0
  if (rest.length !== dataStart + (values + planes) * bytesEach) return null
  const numbers = aligned(rest.subarray(dataStart))
  const data = new Float32Array(numbers.buffer, numbers.byteOffset, values)
  const mrope = planes === 0 ? null : new Int32Array(numbers.buffer, numbers.byteOffset + values * bytesEach, planes)
  return { data, tokens, width, positions, mrope, nonCausal, before: Int32Array.from(before), after: Int32Array.from(after) }
}

function padding(length: number): number {
  return (bytesEach - (length % bytesEach)) % bytesEach
}

function bytesOf(values: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

/** Typed arrays begin at multiples of their size. */
function aligned(bytes: Buffer): Uint8Array {
  return bytes.byteOffset % bytesEach === 0 ? bytes : Uint8Array.from(bytes)
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

import type { Random } from '../../../bench/synthetic/random.ts'

/** Numbers that readers of lengths, counts and types stumble over. */
const numbers = [0n, 1n, 8n, 9n, 13n, 255n, 0x7fffffffn, 0xffffffffn, 2n ** 32n, 2n ** 53n + 1n, 2n ** 62n, 2n ** 63n, 2n ** 64n - 1n]

/**
 * Damage to a GGUF file's header, which ends at `headerEnd`: changed bytes and bits, numbers of 4 and 8 bytes in their place,
 * parts that move, and now and then an early end. Returns a copy.
 */
export function mutate(file: Buffer, headerEnd: number, random: Random): Buffer {
  const bytes = Buffer.from(file)
  for (let left = 1 + random.below(2); left > 0; left--) mutations[random.below(mutations.length)]?.(bytes, headerEnd, random)
  return random.below(8) === 0 ? bytes.subarray(0, random.below(random.below(2) === 0 ? headerEnd : bytes.length)) : bytes
}

const mutations: readonly ((bytes: Buffer, end: number, random: Random) => void)[] = [
  (bytes, end, random) => void (bytes[random.below(end)] = random.below(256)),
  (bytes, end, random) => {
    const at = random.below(end)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
  },
  (bytes, end, random) => void bytes.writeUInt32LE(Number(numbers[random.below(numbers.length)] ?? 0n) >>> 0, random.below(end - 4)),
  (bytes, end, random) => void bytes.writeBigUInt64LE(numbers[random.below(numbers.length)] ?? 0n, random.below(end - 8)),
  // Where the counts stand.
  (bytes, _, random) => void bytes.writeBigUInt64LE(BigInt(random.below(300)), random.below(2) === 0 ? 8 : 16),
  // A number that differs by little: a length, a type, a dimension.
  (bytes, end, random) => {
    const at = random.below(end - 4)
    bytes.writeUInt32LE((bytes.readUInt32LE(at) + random.below(5) - 2) >>> 0, at)
  },
  (bytes, end, random) => void bytes.copyWithin(random.below(end), random.below(end), end),
]

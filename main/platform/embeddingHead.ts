/**
 * How a file of a picture's embeddings begins: "LDEM" and the version of what follows, the SHA-256 of the rest, the length of a header
 * (32 bits, little-endian), the header as JSON, whose first member is the picture's key.
 */
export const EMBEDDING_MAGIC = Buffer.from('LDEM\x01\0\0\0', 'latin1')
/** Bytes of the SHA-256 behind it. */
export const CHECKSUM_BYTES = 32
/** Where the header's JSON begins, in bytes. */
export const HEADER_START = EMBEDDING_MAGIC.length + CHECKSUM_BYTES + 4

/** Bytes of a file that hold its key, however many pages and crops the key names. */
export const HEAD_BYTES = 1024

/** The key of the picture whose embeddings a file holds, from its first `HEAD_BYTES`; null for one that is damaged, or of another version. */
export function keyInHead(head: Buffer): string | null {
  if (!head.subarray(0, EMBEDDING_MAGIC.length).equals(EMBEDDING_MAGIC)) return null
  const [, key] = /^\{"key":("(?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*")/.exec(head.toString('utf8', HEADER_START)) ?? []
  return key === undefined ? null : (JSON.parse(key) as string)
}

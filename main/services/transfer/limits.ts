/** Longest `chat.json`, in bytes: some hundred thousand messages. It is parsed at once. */
export const JSON_MOST_BYTES = 256_000_000

/** Largest file that is taken in, in bytes: where ZIP files without their 64-bit form end. */
export const IMPORT_MOST_BYTES = 4_100_000_000

/** Bytes that cross between page and services at a time. */
export const PIECE_BYTES = 4 * 1024 * 1024

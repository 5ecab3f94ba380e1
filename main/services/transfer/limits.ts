/** Longest `chat.json`, in bytes: it is parsed at once. Some 50,000 messages with long answers. */
export const JSON_MOST_BYTES = 128_000_000

/**
 * What begins values and parts them in it, at most: some 70 of a message, and 20 more of each picture. Parsed, the worst of them
 * (objects, each with a member of its own) take 60 bytes each.
 */
export const JSON_MOST_VALUES = 4_000_000

/** Largest file that is taken in, in bytes: where ZIP files without their 64-bit form end. */
export const IMPORT_MOST_BYTES = 4_100_000_000

/** Bytes that cross between page and services at a time. */
export const PIECE_BYTES = 4 * 1024 * 1024

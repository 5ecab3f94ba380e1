/** Beginnings of files that people take for a model by mistake. */
const beginnings: readonly (readonly [found: string, bytes: readonly number[]])[] = [
  ['PNG', [0x89, 0x50, 0x4e, 0x47]],
  ['JPEG', [0xff, 0xd8, 0xff]],
  ['GIF', [0x47, 0x49, 0x46, 0x38]],
  ['PDF', [0x25, 0x50, 0x44, 0x46]],
  ['ZIP', [0x50, 0x4b, 0x03, 0x04]],
  ['gzip', [0x1f, 0x8b]],
  ['7z', [0x37, 0x7a, 0xbc, 0xaf]],
  ['RAR', [0x52, 0x61, 0x72, 0x21]],
  ['GGML', [0x6c, 0x6d, 0x67, 0x67]],
  ['GGML', [0x66, 0x6d, 0x67, 0x67]],
  ['GGML', [0x74, 0x6a, 0x67, 0x67]],
]

/** A short name for what the beginning of a file looks like, for the sentence that says it is no model. */
export function looksLike(start: Buffer): string {
  if (start.length === 0) return 'nothing (0 bytes)'
  for (const [found, bytes] of beginnings) if (bytes.every((byte, index) => start[index] === byte)) return found
  const text = asText(start)
  if (text === null) return start.length > 16 && start.readUInt8(8) === 0x7b && start.readUInt32LE(4) === 0 ? 'safetensors' : 'unknown data'
  if (text.startsWith('version https://git-lfs')) return 'a Git LFS pointer'
  if (/^\s*<(?:!doctype html|html|head|body)/i.test(text)) return 'HTML'
  return 'text'
}

function asText(start: Buffer): string | null {
  try {
    // As a stream, since the last character may be cut.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true })
    return /[\0-\x08\x0e-\x1f]/.test(text) ? null : text
  } catch {
    return null
  }
}

import type { FileHandle } from 'node:fs/promises'

/** Fills `buffer` with a file's bytes from `from` on, and returns those there were: fewer where the file ends. */
export async function readBytes(file: FileHandle, buffer: Buffer, from: number): Promise<Buffer> {
  let filled = 0
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, from + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

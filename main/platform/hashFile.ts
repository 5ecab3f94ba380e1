import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readError } from './fileErrors.ts'

/** The SHA-256 of a file in lower-case hex. Rejects `FILE_MISSING`, `FILE_UNREADABLE`, and with the signal's reason. */
export async function hashFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024, signal })) hash.update(chunk as Buffer)
  } catch (error) {
    signal.throwIfAborted()
    throw readError(error, path)
  }
  return hash.digest('hex')
}

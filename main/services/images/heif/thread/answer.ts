import { limitWasmMemory } from '../../../../platform/limitWasmMemory.ts'
import type { HeifReply, HeifRequest } from '../protocol.ts'
import { HeifError, HeifFile } from './HeifFile.ts'
import { Libheif } from './Libheif.ts'

/** libheif's codes for what no decoder of this build can read. */
const UNSUPPORTED: ReadonlySet<number> = new Set([3, 4, 11])

/** Answers the request. The thread ends afterwards, so nothing is given back to libheif. */
export function answer({ wanted, bytes, wasm, memoryLimit }: HeifRequest): HeifReply {
  const limit = limitWasmMemory(memoryLimit)
  const failed = (error: unknown): HeifReply => {
    const detail = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error)
    const failure = error instanceof HeifError && UNSUPPORTED.has(error.code) ? 'unsupported' : 'damaged'
    return { ok: false, failure: limit.refused ? 'memory' : failure, detail }
  }
  try {
    const file = HeifFile.open(new Libheif(wasm), bytes)
    return { ok: true, value: wanted === 'size' ? file.size() : file.pixels() }
  } catch (error) {
    return failed(error)
  }
}

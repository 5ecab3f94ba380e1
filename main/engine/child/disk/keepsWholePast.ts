import type { GgufHeader } from '../../../gguf/ggufHeader.ts'
import { architectureOf } from '../../../gguf/model.ts'

/** Keys of models with a state that goes on from token to token: convolutions, state spaces, RWKV. */
const recurrent = /^(ssm\.|wkv\.|shortconv\.|token_shift_count$|attention\.recurrent)/

/**
 * Whether any beginning of a sequence can be used again when it comes back from disk. llama.cpp saves of a layer that looks back
 * over a window only what the end still sees (`state_write` of its `llama-kv-cache.cpp`), and of a recurrent layer its last state.
 */
export function keepsWholePast(header: GgufHeader): boolean {
  const prefix = `${architectureOf(header)}.`
  for (const [key, value] of header.metadata) {
    if (!key.startsWith(prefix)) continue
    const name = key.slice(prefix.length)
    if (recurrent.test(name) || (name === 'attention.sliding_window' && value !== 0)) return false
  }
  return true
}

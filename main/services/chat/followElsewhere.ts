import { setTimeout as sleep } from 'node:timers/promises'
import type { AnswerEvent, Message } from '../../contract/domains/chat.ts'

/** How often the row of an answer is read that another process writes, in milliseconds; it is saved as often. */
const LOOK_EVERY = 500

/**
 * Follows an answer through its row: one that ended (only `end` then), or one that another process on the same data
 * folder is writing. `read` throws where the message is gone. Ends early, without error, when `signal` aborts.
 */
export async function* followElsewhere(read: () => Message, signal?: AbortSignal): AsyncGenerator<AnswerEvent, void, undefined> {
  let seq = 0
  let shown: string | null = null
  while (signal?.aborted !== true) {
    const message = read()
    if (message.status !== 'writing') {
      yield { type: 'end', message }
      return
    }
    if (shown === null || !message.text.startsWith(shown)) yield { type: 'snapshot', seq, text: message.text }
    else if (message.text !== shown) yield { type: 'delta', seq: ++seq, text: message.text.slice(shown.length) }
    shown = message.text
    // Rejects only where `signal` aborts; the loop ends then.
    await sleep(LOOK_EVERY, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
  }
}

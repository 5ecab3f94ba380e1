import type { Download } from '../../../../main/contract/domains/download.ts'
import type { Words } from '../../i18n/Words.svelte.ts'
import { unreachable } from '../../unreachable.ts'

/** How far a download is, as short phrases: bytes, speed, time left; or what it waits for. */
export function downloadFacts({ state, bytes, received, bytesPerSecond, secondsLeft }: Download, words: Words): readonly string[] {
  const share = bytes === null ? words.bytes(received) : words.t('download.ofBytes', { received: words.bytes(received), bytes: words.bytes(bytes) })
  switch (state) {
    case 'running':
      return [share, ...(bytesPerSecond === null ? [] : [words.speed(bytesPerSecond)]), ...(secondsLeft === null ? [] : [words.timeLeft(secondsLeft)])]
    case 'queued':
    case 'checking':
    case 'verifying':
      return [words.t(`download.${state}`)]
    case 'paused':
    case 'failed':
      return [words.t(`download.${state}`), ...(received > 0 ? [share] : [])]
    case 'done':
      return [words.t('download.done'), ...(bytes === null ? [] : [words.bytes(bytes)])]
    default:
      return unreachable(state)
  }
}

/** From how many received bytes on it would hurt to lose them: about a minute of an ordinary connection. */
const dear = 100e6

/** Whether to ask before what has arrived is deleted. */
export function asksBeforeCancel({ state, received }: Download): boolean {
  return state !== 'done' && received >= dear
}

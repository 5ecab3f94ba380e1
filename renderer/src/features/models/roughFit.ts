import type { MemoryNow } from '../../../../main/contract/domains/library.ts'

/** Bytes a load takes besides the files whatever the model: the engine, its buffers, and looking at a picture. */
const always = 1.2 * 2 ** 30

/** What a conversation of 4096 tokens adds, as a share of the files: about 2 GB beside a 7B model in four bits. */
const conversation = 0.25

export type RoughFit = 'gpu' | 'partly' | 'ram' | 'no'

/**
 * Where a model that is not here yet would about run, by the size of its files; null where nothing is known of this machine.
 * By what the machine has, not by what is free now: the download takes longer than a program stays open.
 */
export function roughFit(fileBytes: number, places: readonly MemoryNow[]): RoughFit | null {
  if (places.length === 0) return null
  const needed = fileBytes * (1 + conversation) + always
  const most = (kind: MemoryNow['kind']) => Math.max(0, ...places.filter((place) => place.kind === kind).map(({ totalBytes }) => totalBytes))
  const gpu = most('gpu'), ram = most('ram')
  if (needed <= gpu) return 'gpu'
  // The system and the browser or window need their share, too.
  if (needed > ram * 0.8) return 'no'
  return gpu > always ? 'partly' : 'ram'
}

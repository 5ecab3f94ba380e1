import type { MemoryPlace, Plan } from '../../../../main/contract/domains/library.ts'
import type { Words } from '../../i18n/Words.svelte.ts'

/** The memory that decides: the one that lacks most where the load is too large, else the graphics card's where it takes part. */
export function decidingPlace({ verdict, places }: Plan): MemoryPlace | undefined {
  const lack = ({ neededBytes, freeBytes }: MemoryPlace) => neededBytes - freeBytes
  if (verdict === 'tooLarge') return places.toSorted((a, b) => lack(b) - lack(a))[0]
  const taking = places.filter(({ neededBytes }) => neededBytes > 0)
  return (verdict === 'cpu' ? undefined : taking.find(({ kind }) => kind === 'gpu')) ?? taking.find(({ kind }) => kind === 'ram') ?? places[0]
}

/** The verdict as a sentence with the figures it rests on. */
export function verdictSentence(plan: Plan, words: Words): string {
  const place = decidingPlace(plan)
  return words.t(`plan.${plan.verdict}`, {
    needed: words.memory(place?.neededBytes ?? 0),
    free: words.memory(place?.freeBytes ?? 0),
    place: words.t(place?.kind === 'gpu' ? 'plan.onGpu' : 'plan.inRam'),
    gpu: plan.chosen.gpuLayers,
    all: plan.chosen.layers,
  })
}

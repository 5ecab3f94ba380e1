/** The middle of the numbers; robust against one run that the machine disturbed. Throws where there are none. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const low = sorted[Math.floor((sorted.length - 1) / 2)]
  const high = sorted[Math.ceil((sorted.length - 1) / 2)]
  if (low === undefined || high === undefined) throw new Error('a median of nothing')
  return (low + high) / 2
}

/** One line of the table: our figure beside theirs, from alternating runs. */
export interface Comparison {
  readonly what: string
  readonly unit: string
  /** Name of the program compared with. */
  readonly peer: string
  readonly ours: readonly number[]
  readonly theirs: readonly number[]
  /** `rate`: more is better, the ratio counts. `time`: less is better, the ratio counts. `cost`: what we add, the difference counts. */
  readonly kind: 'rate' | 'time' | 'cost'
}

export interface Row {
  readonly what: string
  readonly ours: string
  readonly theirs: string
  readonly result: string
}

/** A ratio as a person reads it, small ones with the digits they need. */
export function ratioText(ratio: number): string {
  return `${ratio < 0.01 ? ratio.toPrecision(2) : ratio.toFixed(3)}x`
}

/** Medians as a person reads them. */
export function toRow({ what, unit, peer, ours, theirs, kind }: Comparison): Row {
  const [our, their] = [median(ours), median(theirs)]
  const digits = Math.max(our, their) < 10 ? 3 : 1
  const result = kind === 'cost' ? `${our - their < 0 ? '' : '+'}${(our - their).toFixed(3)} ${unit}` : ratioText(our / their)
  return { what, ours: `${our.toFixed(digits)} ${unit}`, theirs: `${their.toFixed(digits)} ${unit} (${peer})`, result }
}

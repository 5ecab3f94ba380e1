import type { TextKey } from '../../i18n/en.ts'

const explained: Readonly<Record<number, TextKey>> = { 1: 'quant.2', 2: 'quant.2', 3: 'quant.3', 4: 'quant.4', 5: 'quant.5', 6: 'quant.6', 8: 'quant.8', 16: 'quant.16', 32: 'quant.32' }
const pattern = /(?:^|[^A-Za-z0-9])((?:I?Q|TQ)([1-8])(?:_[A-Z0-9]+)*|MXFP(4)|BF(16)|F(16|32))(?![A-Za-z0-9])/i

/** The quantisation that a file's name tells, e.g. "Q4_K_M"; empty where it tells none. */
export function quantisationIn(fileName: string): string {
  return pattern.exec(fileName)?.[1]?.toUpperCase() ?? ''
}

/** The sentence that says what a quantisation means, e.g. of "Q4_K_M": it goes by the bits of a weight. */
export function quantisationHint(quantisation: string): TextKey {
  const bits = pattern.exec(quantisation)?.slice(2).find(Boolean)
  return explained[Number(bits)] ?? 'quant.other'
}

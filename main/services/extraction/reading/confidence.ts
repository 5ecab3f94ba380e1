/** Values less likely right than this are shown to a person, where nobody chose another threshold. */
export const DEFAULT_THRESHOLD = 0.9

/** No more than this is believed of a value that fails a check. */
export const FAILED_CHECK_CONFIDENCE = 0.3

/** How likely a value is right, 0..1, from the natural logarithms of its tokens' probabilities before the grammar masks: all of them must be. */
export function confidenceOf(logProbabilities: readonly number[]): number {
  if (logProbabilities.length === 0) return 0
  return Math.exp(logProbabilities.reduce((sum, logarithm) => sum + logarithm, 0))
}

/** What becomes of the confidence in a value that a sum, a product or a check digit bears out: four in five of its doubts are gone. */
export function borneOut(confidence: number): number {
  return 1 - (1 - confidence) / 5
}

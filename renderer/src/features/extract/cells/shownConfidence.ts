/** A confidence (0..1) as whole per cents show it. Never rounded up: 99.6 % is no certainty, and 89.7 % does not reach a threshold of 90. */
export function shownConfidence(confidence: number): number {
  // 0.29 * 100 is a hair less than 29.
  return Math.floor(confidence * 100 + 1e-9) / 100
}

/** CLIP's activation: `x * sigmoid(1.702 x)`. */
export function quickGelu(x: number): number {
  return x / (1 + Math.exp(-1.702 * x))
}

/** PyTorch's `nn.GELU()`: `x * Phi(x)` with the error function, not the tanh approximation. */
export function gelu(x: number): number {
  return 0.5 * x * erfc(-x * Math.SQRT1_2)
}

/** Complementary error function to double precision (Abramowitz and Stegun 7.1.6 and 7.1.14). */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x)
  return x < 2.5 ? 1 - erfSeries(x) : erfcFraction(x)
}

function erfSeries(x: number): number {
  let term = x
  let sum = x
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

function erfcFraction(x: number): number {
  let fraction = x
  for (let k = 60; k >= 1; k--) fraction = x + k / 2 / fraction
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction)
}

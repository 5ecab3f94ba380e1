/** Lowest cosine, over tokens, between two sets of token embeddings of the same shape (row-major, `width` numbers a token). */
export function lowestCosine(a: ArrayLike<number>, b: ArrayLike<number>, width: number): number {
  if (a.length !== b.length) throw new Error(`${a.length} numbers against ${b.length}`)
  let lowest = Infinity
  for (let start = 0; start < a.length; start += width) {
    let product = 0
    let squaresA = 0
    let squaresB = 0
    for (let i = start; i < start + width; i++) {
      const x = a[i] ?? NaN
      const y = b[i] ?? NaN
      product += x * y
      squaresA += x * x
      squaresB += y * y
    }
    const cosine = product / Math.sqrt(squaresA * squaresB)
    // NaN must not pass as "not lower".
    lowest = cosine < lowest ? cosine : Number.isNaN(cosine) ? -1 : lowest
  }
  return lowest
}

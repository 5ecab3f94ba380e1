/** Rows of equal length, row-major, in double precision: a reference should not add rounding of its own. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly data: Float64Array
}

export function matrix(rows: number, columns: number, data: Float64Array = new Float64Array(rows * columns)): Matrix {
  return { rows, columns, data }
}

/** PyTorch's `Linear`: `input * weightᵀ + bias`; the weight has a row for each output. */
export function linear(input: Matrix, weight: Float32Array, bias: Float32Array | null): Matrix {
  const { rows, columns, data } = input
  const outputs = weight.length / columns
  const result = matrix(rows, outputs)
  for (let r = 0; r < rows; r++) {
    const row = data.subarray(r * columns, (r + 1) * columns)
    for (let o = 0; o < outputs; o++) {
      const start = o * columns
      let sum = bias === null ? 0 : (bias[o] as number)
      for (let c = 0; c < columns; c++) sum += (row[c] as number) * (weight[start + c] as number)
      result.data[r * outputs + o] = sum
    }
  }
  return result
}

/** PyTorch's `LayerNorm` over each row. */
export function layerNorm(input: Matrix, weight: Float32Array, bias: Float32Array, epsilon: number): Matrix {
  const { rows, columns, data } = input
  const result = matrix(rows, columns)
  for (let r = 0; r < rows; r++) {
    const row = data.subarray(r * columns, (r + 1) * columns)
    const mean = row.reduce((sum, x) => sum + x, 0) / columns
    const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / columns
    const scale = 1 / Math.sqrt(variance + epsilon)
    for (let c = 0; c < columns; c++) result.data[r * columns + c] = ((row[c] as number) - mean) * scale * (weight[c] as number) + (bias[c] as number)
  }
  return result
}

export function add(a: Matrix, b: Matrix): Matrix {
  return matrix(a.rows, a.columns, a.data.map((x, i) => x + (b.data[i] as number)))
}

export function each(input: Matrix, change: (x: number) => number): Matrix {
  return matrix(input.rows, input.columns, input.data.map(change))
}

/** Scaled dot-product attention with `heads` heads, every row seeing every row. */
export function attention(query: Matrix, key: Matrix, value: Matrix, heads: number): Matrix {
  const { rows, columns } = query
  const width = columns / heads
  const result = matrix(rows, columns)
  const weights = new Float64Array(rows)
  for (let head = 0; head < heads; head++) {
    const from = head * width
    for (let r = 0; r < rows; r++) {
      softmaxOfProducts(weights, query.data.subarray(r * columns + from, r * columns + from + width), key, from)
      const out = result.data.subarray(r * columns + from, r * columns + from + width)
      for (let other = 0; other < rows; other++) {
        const weight = weights[other] as number
        const start = other * columns + from
        for (let c = 0; c < width; c++) out[c] = (out[c] as number) + weight * (value.data[start + c] as number)
      }
    }
  }
  return result
}

function softmaxOfProducts(weights: Float64Array, query: Float64Array, key: Matrix, from: number): void {
  const scale = 1 / Math.sqrt(query.length)
  let highest = -Infinity
  for (let other = 0; other < key.rows; other++) {
    let sum = 0
    for (let c = 0; c < query.length; c++) sum += (query[c] as number) * (key.data[other * key.columns + from + c] as number)
    weights[other] = sum * scale
    highest = Math.max(highest, sum * scale)
  }
  let total = 0
  for (let other = 0; other < key.rows; other++) total += weights[other] = Math.exp((weights[other] as number) - highest)
  for (let other = 0; other < key.rows; other++) weights[other] = (weights[other] as number) / total
}

import { describe, expect, it } from 'vitest'
import { lowestCosine } from './compare.ts'
import { erfc, gelu } from './gelu.ts'
import { attention, layerNorm, linear, matrix } from './matrix.ts'
import { resizeBicubic } from './pillow.ts'
import { expandToSquare } from './square.ts'

describe("Pillow's bicubic", () => {
  const gray = (values: number[]): Uint8Array => Uint8Array.from(values.flatMap((value) => [value, value, value]))
  const firsts = (data: Uint8Array): number[] => [...data].filter((_, i) => i % 3 === 0)

  it('halves an edge with the antialiased kernel', () => {
    // Kernel at half scale for an inner pixel: distances 0.25, 0.75, 1.25, 1.75 on each side.
    const weights = [0.25, 0.75, 1.25, 1.75].map((x) => (x < 1 ? (1.5 * x - 2.5) * x * x + 1 : (((x - 5) * x + 8) * x - 4) * -0.5))
    const [a = 0, b = 0, c = 0, d = 0] = weights
    const image = { width: 12, height: 1, data: gray([0, 0, 0, 0, 0, 0, 200, 200, 200, 200, 200, 200]) }
    const share = (...taps: number[]): number => Math.round((200 * taps.reduce((sum, tap) => sum + tap, 0)) / (2 * (a + b + c + d)))
    // Output 2 stands at 5.0 and sees the bright half from 6.5 on; output 3 at 7.0 sees all of it but three pixels.
    expect(firsts(resizeBicubic(image, 6, 1).data).slice(2, 4)).toEqual([share(b, c, d), share(a, a, b, c, d)])
  })

  it('leaves an image of the right size alone, and a flat one flat', () => {
    const flat = { width: 5, height: 7, data: new Uint8Array(5 * 7 * 3).fill(93) }
    expect(resizeBicubic(flat, 5, 7)).toBe(flat)
    expect(new Set(resizeBicubic(flat, 336, 336).data)).toEqual(new Set([93]))
  })
})

describe('expand2square', () => {
  it('centres with integer division and fills with the mean colour', () => {
    const square = expandToSquare({ width: 4, height: 1, data: new Uint8Array(12).fill(255) })
    expect(square).toMatchObject({ width: 4, height: 4 })
    expect([...square.data.subarray(0, 3)]).toEqual([122, 116, 104])
    // (4 - 1) / 2 rounds down: the picture is the second row.
    expect(new Set(square.data.subarray(12, 24))).toEqual(new Set([255]))
    expect([...square.data.subarray(24, 27)]).toEqual([122, 116, 104])
  })
})

describe('the reference arithmetic', () => {
  it('knows the error function', () => {
    // Abramowitz and Stegun, table 7.1, and erfc(4) from table 7.3.
    expect(1 - erfc(0.5)).toBeCloseTo(0.5204998778, 10)
    expect(1 - erfc(2)).toBeCloseTo(0.995322265, 9)
    expect(erfc(4) / 1.541725790028e-8).toBeCloseTo(1, 10)
    expect(erfc(2.4999999999) / erfc(2.5000000001)).toBeCloseTo(1, 8)
    expect(gelu(-1)).toBeCloseTo(-0.158655253931457, 12)
  })

  it('multiplies, normalises and attends', () => {
    expect([...linear(matrix(1, 2, Float64Array.of(2, 3)), Float32Array.of(1, 0, 0, 1, 1, 1), Float32Array.of(0, 0, 1)).data]).toEqual([2, 3, 6])
    const normed = layerNorm(matrix(1, 2, Float64Array.of(1, 3)), Float32Array.of(1, 2), Float32Array.of(0, 1), 0)
    expect([...normed.data]).toEqual([-1, 3])
    // Equal keys share the attention evenly; a query far along one key takes that key's value.
    const values = matrix(2, 2, Float64Array.of(1, 10, 3, 30))
    const same = matrix(2, 2)
    expect([...attention(same, same, values, 1).data]).toEqual([2, 20, 2, 20])
    const keys = matrix(2, 2, Float64Array.of(100, 0, 0, 100))
    expect([...attention(keys, keys, values, 1).data]).toEqual([1, 10, 3, 30])
    expect([...attention(keys, keys, values, 2).data]).toEqual([1, 20, 2, 30])
  })

  it('calls NaN different', () => {
    expect(lowestCosine([1, 0, 1, 0], [1, 0, 0, 1], 2)).toBe(0)
    expect(lowestCosine([1, 0, NaN, 0], [1, 0, 1, 0], 2)).toBe(-1)
  })
})

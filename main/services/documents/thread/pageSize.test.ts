import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pageSize } from './pageSize.ts'

test.each([
  ['A4', 595, 842, 1767, 2500],
  ['A4 across', 842, 595, 2500, 1767],
  ['a business card', 252, 144, 2100, 1200],
  ['a long receipt', 226, 2834, 628, 7872],
  ['A0', 2384, 3370, 5046, 7134],
  ['a strip', 14_400, 1, 32_768, 2],
])('%s', (_name, width, height, pixelWidth, pixelHeight) => {
  expect(pageSize(width, height)).toEqual({ width: pixelWidth, height: pixelHeight })
})

test('whatever a file says, the drawing has pixels and not too many', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true }), fc.float({ noNaN: true }), (a, b) => {
      const { width, height } = pageSize(a, b)
      expect(Number.isInteger(width) && Number.isInteger(height) && width >= 1 && height >= 1 && Math.max(width, height) <= 32_768).toBe(true)
      expect(width * height).toBeLessThan(36_200_000)
    }),
  )
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { gridStep, rowsDrawn, scrolledTo } from './gridWindow.ts'

it('draws what is in view and little else, and always the row with the focus', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2000 }), fc.nat({ max: 80_000 }), fc.nat({ max: 1200 }), fc.integer({ min: -1, max: 2100 }), (count, scrollTop, height, kept) => {
      const drawn = rowsDrawn(count, 40, scrollTop, height, kept)
      expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b))
      for (let row = Math.floor(scrollTop / 40); row * 40 < scrollTop + height && row < count; row++) expect(drawn).toContain(row)
      if (kept >= 0 && kept < count) expect(drawn).toContain(kept)
      expect(drawn.length).toBeLessThanOrEqual(height / 40 + 16)
      expect(drawn.every((row) => row >= 0 && row < count)).toBe(true)
    }),
  )
})

it('scrolls no further than what is to be seen needs', () => {
  expect([scrolledTo(100, 400, 0, 200, 240), scrolledTo(100, 400, 0, 80, 120), scrolledTo(100, 400, 0, 490, 530), scrolledTo(100, 400, 200, 250, 300), scrolledTo(0, 400, 200, 350, 700)]).toEqual([100, 80, 130, 50, 150])
})

it('goes as the grid pattern of WAI-ARIA has it', () => {
  const key = (name: string, ctrlKey = false) => gridStep({ key: name, ctrlKey, metaKey: false, shiftKey: false, altKey: false }, { row: 5, column: 1 }, 10, 4, 3)
  expect([key('ArrowDown'), key('ArrowLeft'), key('Home'), key('End', true), key('PageUp'), key('PageDown'), key('ArrowUp', true), key('n')]).toEqual([
    { row: 6, column: 1 },
    { row: 5, column: 0 },
    { row: 5, column: 0 },
    { row: 9, column: 3 },
    { row: 2, column: 1 },
    { row: 8, column: 1 },
    { row: 0, column: 1 },
    null,
  ])
})

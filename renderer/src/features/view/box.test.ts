import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fitView, zoomTo } from '../../ui/pageZoom.ts'
import { firstBox, handles, holds, isHeld, pulled, shareOf } from './box.ts'

const box = { x: 0.25, y: 0.25, width: 0.5, height: 0.25 }

it('moves the edges that a handle holds', () => {
  expect(pulled(box, 'e', 0.125, 0.5)).toEqual({ ...box, width: 0.625 })
  expect(pulled(box, 'nw', -0.125, 0.125)).toEqual({ x: 0.125, y: 0.375, width: 0.625, height: 0.125 })
  expect(pulled(box, 's', 0.5, 0.25)).toEqual({ ...box, height: 0.5 })
})

it('stays a box on the picture, however far a handle is pulled', () => {
  const share = fc.double({ min: -2, max: 2, noNaN: true })
  fc.assert(
    fc.property(fc.constantFrom(...handles), share, share, (handle, dx, dy) => {
      const { x, y, width, height } = pulled(box, handle, dx, dy)
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0)
      expect(Math.max(x + width, y + height)).toBeLessThanOrEqual(1 + 1e-9)
      expect(Math.min(width, height)).toBeGreaterThan(0.009)
    }),
  )
})

it('begins in the middle of what is in view', () => {
  const page = { width: 1000, height: 1000 }, room = { width: 532, height: 532 }
  const whole = firstBox(fitView(page, room), page, room)
  expect(whole).toEqual({ x: 0.25, y: 0.25, width: 0.5, height: 0.5 })
  const close = zoomTo(fitView(page, room), 4, { x: 266, y: 266 }, page, room)
  const near = firstBox(close, page, room)
  expect(near.x + near.width / 2).toBeCloseTo(0.5)
  expect(near.width).toBeCloseTo(0.0665)
  expect(holds(close, page, near, { x: 266, y: 266 })).toBe(true)
  expect(holds(close, page, near, { x: 20, y: 266 })).toBe(false)
})

it('is held by its corners alone where it is small', () => {
  expect(handles.filter((handle) => isHeld(handle, { width: 50, height: 50 }))).toEqual(['nw', 'ne', 'se', 'sw'])
  expect(handles.filter((handle) => isHeld(handle, { width: 200, height: 50 }))).toEqual(['nw', 'n', 'ne', 'se', 's', 'sw'])
  expect(handles.filter((handle) => isHeld(handle, { width: 200, height: 200 }))).toEqual([...handles])
})

it('tells a place in pixels as shares', () => {
  expect(shareOf({ x: 50, y: 20, width: 100, height: 40 }, { width: 200, height: 80 })).toEqual({ x: 0.25, y: 0.25, width: 0.5, height: 0.5 })
})

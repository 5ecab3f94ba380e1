import fc from 'fast-check'
import { expect, it } from 'vitest'
import { boxOf, centredOn, centreOf, fitView, isInView, nudged, panBy, regionBetween, zoomTo } from './pageZoom.ts'

const page = { width: 1000, height: 2000 }, room = { width: 532, height: 1032 }

it('fits a page into the middle of its view', () => {
  expect(fitView(page, room)).toEqual({ scale: 0.5, x: 16, y: 16 })
  expect(fitView({ width: 100, height: 100 }, room)).toEqual({ scale: 3, x: 116, y: 366 })
})

it('zooms around the pointer', () => {
  fc.assert(
    fc.property(fc.double({ min: 40, max: 490, noNaN: true }), fc.double({ min: 40, max: 990, noNaN: true }), (x, y) => {
      const before = zoomTo(fitView(page, room), 2, { x: 266, y: 516 }, page, room), after = zoomTo(before, 3, { x, y }, page, room)
      expect((x - after.x) / after.scale).toBeCloseTo((x - before.x) / before.scale)
      expect((y - after.y) / after.scale).toBeCloseTo((y - before.y) / before.scale)
    }),
  )
})

it('never lets the page leave its view', () => {
  const near = zoomTo(fitView(page, room), 2, { x: 0, y: 0 }, page, room)
  expect(panBy(near, 9999, 9999, page, room)).toMatchObject({ x: 16, y: 16 })
  expect(panBy(near, -9999, -9999, page, room)).toMatchObject({ x: 532 - 2000 - 16, y: 1032 - 4000 - 16 })
  expect(panBy(fitView(page, room), 50, 50, page, room)).toEqual(fitView(page, room))
})

it('shows the same place of another page of its size', () => {
  const view = panBy(zoomTo(fitView(page, room), 1.5, { x: 200, y: 200 }, page, room), -120, -300, page, room)
  const again = centredOn(view.scale, centreOf(view, page, room), page, room)
  expect(again.x).toBeCloseTo(view.x)
  expect(again.y).toBeCloseTo(view.y)
})

it('turns a box on the screen into a part of the page, and back', () => {
  const view = fitView(page, room)
  const region = regionBetween(view, page, { x: 266, y: 516 }, { x: 116, y: 16 })
  expect(region).toEqual({ x: 0.2, y: 0, width: 0.3, height: 0.5 })
  expect(boxOf(view, page, region!)).toEqual({ x: 116, y: 16, width: 150, height: 500 })
  expect(isInView(view, page, region!, room)).toBe(true)
  // Cut to the page; a click is no box.
  expect(regionBetween(view, page, { x: -50, y: -50 }, { x: 5000, y: 5000 })).toEqual({ x: 0, y: 0, width: 1, height: 1 })
  expect(regionBetween(view, page, { x: 100, y: 100 }, { x: 101, y: 300 })).toBeNull()
})

it('keeps a box that is moved by keys on the page', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(-0.02, 0, 0.02, 0.4), fc.constantFrom(-0.02, 0, 0.02, -0.4), fc.boolean())), (moves) => {
      let box = { x: 0.25, y: 0.35, width: 0.5, height: 0.3 }
      for (const [dx, dy, resize] of moves) box = nudged(box, dx, dy, resize)
      expect(box.x).toBeGreaterThanOrEqual(0)
      expect(box.y).toBeGreaterThanOrEqual(0)
      expect(box.width).toBeGreaterThan(0)
      expect(box.x + box.width).toBeLessThanOrEqual(1 + 1e-9)
      expect(box.y + box.height).toBeLessThanOrEqual(1 + 1e-9)
    }),
  )
})

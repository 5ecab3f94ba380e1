import { expect, it } from 'vitest'
import { pinch, turnWheel } from './gestures.ts'

/** What was asked for, in order. */
function recorder() {
  const asked: unknown[] = []
  return { asked, zoom: (factor: number, at: object) => void asked.push(['zoom', Number(factor.toFixed(3)), at]), pan: (dx: number, dy: number) => void asked.push(['pan', dx, dy]) }
}
const wheel = (more: Partial<WheelEvent>) => ({ deltaX: 0, deltaY: 0, ctrlKey: false, shiftKey: false, preventDefault: () => undefined, ...more }) as WheelEvent
const at = { x: 10, y: 20 }

it('zooms with the wheel, finer with a pinch on a touchpad, and moves sideways', () => {
  const { asked, ...gestures } = recorder()
  turnWheel(wheel({ deltaY: -100 }), at, gestures)
  turnWheel(wheel({ deltaY: 10, ctrlKey: true }), at, gestures)
  turnWheel(wheel({ deltaY: 30, shiftKey: true }), at, gestures)
  turnWheel(wheel({ deltaX: -40, deltaY: 3 }), at, gestures)
  expect(asked).toEqual([['zoom', 1.197, at], ['zoom', 0.905, at], ['pan', -30, 0], ['pan', 40, 0]])
})

it('zooms by how far two fingers are apart, around the place between them', () => {
  const { asked, ...gestures } = recorder()
  pinch({ x: 100, y: 0 }, { x: 200, y: 0 }, { x: 0, y: 0 }, gestures)
  expect(asked).toEqual([['pan', 50, 0], ['zoom', 2, { x: 100, y: 0 }]])
})

it('never divides by fingers that touch', () => {
  const { asked, ...gestures } = recorder()
  pinch({ x: 5, y: 5 }, { x: 25, y: 5 }, { x: 5, y: 5 }, gestures)
  expect(asked[1]).toEqual(['zoom', 20, { x: 15, y: 5 }])
})

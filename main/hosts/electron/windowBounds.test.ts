import { expect, it } from 'vitest'
import { boundsToOpen, firstWindow } from './windowBounds.ts'

const laptop = { x: 0, y: 25, width: 1440, height: 875 }
const monitor = { x: 1440, y: 0, width: 1920, height: 1080 }
const place = (x: number, y: number, width = 1000, height = 700) => ({ bounds: { x, y, width, height }, maximized: false })

it('opens the first window in the middle of the first screen', () => {
  expect(boundsToOpen(null, [laptop, monitor])).toEqual({ ...firstWindow, x: 160, y: 62 })
})

it('opens where it stood, also across two screens or partly outside', () => {
  for (const { bounds } of [place(100, 100), place(1500, 10), place(1000, 100), place(-800, 100), place(1300, 800)])
    expect(boundsToOpen({ bounds, maximized: false }, [laptop, monitor])).toEqual(bounds)
})

it('comes back to the middle, in its size, from where no title bar can be reached', () => {
  for (const lost of [place(1500, 10), place(5000, 100), place(-990, 100), place(100, -200), place(100, 890)])
    expect(boundsToOpen(lost, [laptop])).toEqual({ x: 220, y: 112, width: 1000, height: 700 })
})

it('fits a lost window into a smaller screen', () => {
  expect(boundsToOpen(place(3000, 0, 1900, 1000), [laptop])).toEqual(laptop)
})

import { expect, it } from 'vitest'
import { keepZoom, keptZoom } from './keptZoom.ts'

const page = { width: 1000, height: 2000 }

it('remembers how pages of a size were looked at, and forgets the oldest', () => {
  const kept = new Map<string, string>()
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) }
  const zoom = { scale: 2, centre: { x: 0.5, y: 0.25 } }
  keepZoom(page, zoom, storage)
  expect([keptZoom(page, storage), keptZoom({ width: 1, height: 1 }, storage)]).toEqual([zoom, null])
  for (let width = 1; width <= 24; width++) keepZoom({ width, height: 1 }, zoom, storage)
  expect([keptZoom(page, storage), keptZoom({ width: 1, height: 1 }, storage)]).toEqual([null, zoom])
  for (const text of ['', '[]', '{"1000x2000":[1,"a",2]}', '7']) expect(keptZoom(page, { getItem: () => text })).toBeNull()
})

import { expect, it } from 'vitest'
import { Tidying } from './Tidying.ts'

it('collects garbage after many answers, and never while one is under way', async () => {
  let collected = 0
  let noticed: () => void = () => undefined
  const next = async () => await new Promise<void>((resolve) => (noticed = resolve))
  const tidying = new Tidying(() => {
    collected++
    noticed()
  })
  const long = tidying.begin()
  for (let answer = 0; answer < 100; answer++) tidying.begin()()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(collected).toBe(0)
  const first = next()
  long()
  await first
  for (let answer = 0; answer < 31; answer++) tidying.begin()()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(collected).toBe(1)
  const second = next()
  tidying.begin()()
  await second
  expect(collected).toBe(2)
})

import { expect, test } from 'vitest'
import { SpeedMeter } from './SpeedMeter.ts'

let time = 0
const meter = () => {
  time = 0
  return new SpeedMeter(() => time)
}
const at = (milliseconds: number, speed: SpeedMeter, bytes: number) => {
  time = milliseconds
  speed.note(bytes)
}

test('is what came over the last seconds', () => {
  const speed = meter()
  expect(speed.bytesPerSecond).toBeNull()
  at(0, speed, 0)
  expect(speed.bytesPerSecond).toBeNull()
  for (let second = 1; second <= 10; second += 1) at(second * 1000, speed, second * 100)
  expect(speed.bytesPerSecond).toBe(100)
  for (let second = 11; second <= 20; second += 1) at(second * 1000, speed, 1000 + (second - 10) * 500)
  expect(speed.bytesPerSecond).toBe(500)
})

test('falls, and is none at last, while nothing comes', () => {
  const speed = meter()
  at(0, speed, 0)
  at(1000, speed, 1000)
  expect(speed.bytesPerSecond).toBe(1000)
  time = 4000
  expect(speed.bytesPerSecond).toBe(250)
  time = 6500
  expect(speed.bytesPerSecond).toBeNull()
})

test('starts anew where bytes were lost, and notes thousands of parts as few', () => {
  const speed = meter()
  at(0, speed, 0)
  at(1000, speed, 5000)
  at(1500, speed, 2000)
  expect(speed.bytesPerSecond).toBeNull()
  for (let part = 1; part <= 5000; part += 1) at(1500 + part / 5, speed, 2000 + part)
  expect(speed.bytesPerSecond).toBeGreaterThan(4000)
  expect(speed.bytesPerSecond).toBeLessThan(5100)
})

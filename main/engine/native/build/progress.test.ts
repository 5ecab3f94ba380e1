import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../testing.ts'
import { progressLine } from './progress.mjs'

test('the build and the README say the same time', () => {
  const time = /about [a-z]+ minutes? on two cores/
  const said = time.exec(progressLine(5))?.[0]
  expect(said).toBeDefined()
  expect(time.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))?.[0]).toBe(said)
})

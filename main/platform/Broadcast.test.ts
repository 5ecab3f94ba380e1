import { expect, test } from 'vitest'
import { Broadcast } from './Broadcast.ts'

test('a fact that comes while a reader is about to wait is told at once, not with the next one', async () => {
  const facts = new Broadcast<string>((fact) => fact)
  const reader = facts.subscribe()
  const told = reader.next()
  facts.emit('a')
  const late = new Promise((resolve) => setTimeout(() => resolve('nothing was told'), 1000))
  expect(await Promise.race([told, late])).toEqual({ value: 'a', done: false })
  await reader.return()
})

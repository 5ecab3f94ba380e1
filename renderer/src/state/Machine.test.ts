import { expect, it } from 'vitest'
import type { MemoryReading } from '../../../main/contract/domains/library.ts'
import { AppError } from '../../../main/contract/errors/AppError.ts'
import { deferred, type Deferred } from '../transport/deferred.ts'
import { Machine } from './Machine.svelte.ts'
import { clientOf } from './testing/models.ts'

const GiB = 2 ** 30
const ram = { kind: 'ram' as const, name: '', totalBytes: 16 * GiB }, card = { kind: 'gpu' as const, name: 'RTX', totalBytes: 8 * GiB }
const reading = (engine: number | null, free: number, cardFree?: number): MemoryReading => ({
  engineBytes: engine === null ? null : engine * GiB,
  places: [{ ...ram, freeBytes: free * GiB }, ...(cardFree === undefined ? [] : [{ ...card, freeBytes: cardFree * GiB }])],
})

/** A machine whose readings are these, one after the other; the last one stays. */
function machineOf(...readings: MemoryReading[]): Machine {
  let next = 0
  return new Machine(clientOf({ memory: () => Promise.resolve(readings[Math.min(next++, readings.length - 1)]) }))
}

/** Lets a reading that nobody waits for come in. */
const turn = () => new Promise((resolve) => setTimeout(resolve))

it('tells how it was before a load, and before the model left the memory', async () => {
  const empty = reading(0.2, 12), half = reading(2, 10), full = reading(5, 7), left = reading(null, 12)
  const machine = machineOf(empty, half, full, left)
  machine.engineIs('none')
  await machine.read()
  machine.engineIs('loading')
  await machine.read()
  expect(machine.before).toBeNull()
  machine.engineIs('ready')
  await turn()
  expect([machine.before, machine.now]).toEqual([{ reading: empty, change: 'load' }, full])
  machine.engineIs('resting')
  await turn()
  expect([machine.before, machine.now]).toEqual([{ reading: full, change: 'unload' }, left])
})

it('has nothing to compare where the load was not seen, or failed', async () => {
  const machine = machineOf(reading(5, 7))
  machine.engineIs('ready')
  await machine.read()
  expect(machine.before).toBeNull()
  machine.engineIs('loading')
  machine.engineIs('failed')
  expect(machine.before).toBeNull()
})

it('does not forget a graphics card while no engine runs that could see it', async () => {
  const machine = machineOf(reading(5, 7, 3), reading(null, 12))
  await machine.read()
  await machine.read()
  expect(machine.places.map(({ kind, freeBytes }) => [kind, freeBytes / GiB])).toEqual([['ram', 12], ['gpu', 3]])
})

it('drops an answer that comes after a newer one', async () => {
  const answers: Deferred<MemoryReading>[] = []
  const machine = new Machine(
    clientOf({
      memory: () => {
        const answer = deferred<MemoryReading>()
        answers.push(answer)
        return answer.promise
      },
    }),
  )
  const late = machine.read(), newer = machine.read()
  answers[1]?.resolve(reading(5, 7))
  await newer
  answers[0]?.resolve(reading(1, 11))
  await late
  expect(machine.now?.engineBytes).toBe(5 * GiB)
})

it('shows no figures that can no longer be read, but keeps them while the connection is lost', async () => {
  const answers = [() => Promise.resolve(reading(5, 7)), () => Promise.reject(new AppError('CONNECTION_LOST')), () => Promise.reject(new AppError('ENGINE_FAILED', { detail: 'x' }))]
  const machine = new Machine(clientOf({ memory: () => answers.shift()?.() }))
  const shown: (number | undefined)[] = []
  for (let reads = 0; reads < 3; reads++) {
    await machine.read()
    shown.push(machine.now?.engineBytes ?? undefined)
  }
  expect(shown).toEqual([5 * GiB, 5 * GiB, undefined])
})

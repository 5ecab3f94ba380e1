import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Turns } from './Turns.ts'

const never = new AbortController().signal

describe('work in turns', () => {
  it('never runs beside other work, and comes in the order of asking, whatever became of the work before', async () => {
    const turns = new Turns(), seen: string[] = []
    const work = (name: string, fails = false) => async () => {
      seen.push(`${name} begins`)
      await turn()
      seen.push(`${name} ends`)
      if (fails) throw new Error(name)
      return name
    }
    const all = await Promise.allSettled([turns.take(work('one', true), never), turns.take(work('two'), never), turns.take(work('three'), never)])
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
    expect(seen).toEqual(['one begins', 'one ends', 'two begins', 'two ends', 'three begins', 'three ends'])
  })

  it('is given up before its turn, and does not let others overtake what is under way', async () => {
    const turns = new Turns(), leaving = new AbortController(), seen: string[] = []
    let end = () => {}
    const first = turns.take(async () => await new Promise<void>((resolve) => (end = resolve)), never)
    const second = turns.take(async () => await Promise.resolve(seen.push('second')), leaving.signal)
    const third = turns.take(async () => await Promise.resolve(seen.push('third')), never)
    leaving.abort()
    await expect(second).rejects.toMatchObject({ code: 'ABORTED' })
    await turn()
    expect(seen).toEqual([])
    end()
    await Promise.all([first, third])
    expect(seen).toEqual(['third'])
  })
})

import { describe, expect, it } from 'vitest'
import { Cores } from './Cores.ts'

/** Work that ends when the test lets it. */
function gate() {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}
const turn = async () => await new Promise((resolve) => setImmediate(resolve))

describe('cores', () => {
  it('are taken by one after the other, in the order they came', async () => {
    const cores = new Cores(true)
    const [first, second] = [gate(), gate()]
    const began: string[] = []
    const work = async (name: string, opened = Promise.resolve()) => {
      await cores.use(async () => {
        began.push(name)
        await opened
      })
    }
    const all = [work('first', first.opened), work('second', second.opened), work('third')]
    await turn()
    expect(began).toEqual(['first'])
    first.open()
    await turn()
    expect(began).toEqual(['first', 'second'])
    second.open()
    await Promise.all(all)
    expect(began).toEqual(['first', 'second', 'third'])
  })

  it('come free after a failure, which passes through', async () => {
    const cores = new Cores(true)
    await expect(cores.use(async () => await Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await cores.use(async () => await Promise.resolve(1))).toBe(1)
  })

  it('are nobody’s where each has its own', async () => {
    const cores = new Cores(false)
    const blocked = gate()
    const waiting = cores.use(async () => await blocked.opened)
    expect(await cores.use(async () => await Promise.resolve(2))).toBe(2)
    blocked.open()
    await waiting
  })
})

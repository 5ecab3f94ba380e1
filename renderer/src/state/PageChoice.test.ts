import { expect, test } from 'vitest'
import { PageChoice, type ChosenPage } from './PageChoice.svelte.ts'

const choiceOf = (pages: number, room: number, draw: (page: number) => Promise<Blob> = () => Promise.resolve(new Blob(['x']))) => {
  const settled: (readonly ChosenPage[])[] = []
  return { choice: new PageChoice({ name: 'bill.pdf', pages, room }, draw, (chosen) => settled.push(chosen)), settled }
}

test('as many pages as there is room for are chosen at first, from the beginning', () => {
  expect(choiceOf(3, 16).choice.chosen).toEqual([1, 2, 3])
  expect(choiceOf(30, 2).choice.chosen).toEqual([1, 2])
})

test('a page beyond the room is not taken, until another is given up', () => {
  const { choice, settled } = choiceOf(5, 2)
  choice.toggle(5)
  expect([choice.full, choice.chosen]).toEqual([true, [1, 2]])
  choice.toggle(1)
  choice.toggle(5)
  choice.confirm((page) => `page ${page}`)
  expect(settled).toEqual([[{ page: 2, name: 'page 2', preview: null }, { page: 5, name: 'page 5', preview: null }]])
})

test('a file of thousands of pages offers them bit by bit', () => {
  const { choice } = choiceOf(130, 16)
  expect(choice.offered).toBe(60)
  choice.offerMore()
  choice.offerMore()
  expect(choice.offered).toBe(130)
})

test('each page is drawn once, one after the other; one that cannot be drawn does not keep the next from it', async () => {
  const asked: number[] = []
  const { choice } = choiceOf(3, 3, (page) => {
    asked.push(page)
    return page === 1 ? Promise.reject(new Error('damaged')) : Promise.resolve(new Blob([String(page)]))
  })
  for (const page of [1, 2, 1, 2]) choice.show(page)
  await expect.poll(() => choice.previews.size).toBe(2)
  expect([asked, choice.previews.get(1), await choice.previews.get(2)?.text()]).toEqual([[1, 2], null, '2'])
})

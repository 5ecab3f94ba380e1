import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Navigation } from './Navigation.svelte.ts'

/** A browser's history: addresses, where the page stands in it, and steps that are told of later, as browsers do. */
class Entries {
  readonly hashes = ['#/c1']
  at = 0
  readonly #told: () => void

  constructor(told: () => void) {
    this.#told = told
  }

  pushState(_state: null, _title: string, address: string): void {
    this.hashes.length = ++this.at
    this.hashes.push(address.slice(1))
  }

  replaceState(_state: null, _title: string, address: string): void {
    this.hashes[this.at] = address.slice(1)
  }

  go(steps: number): void {
    this.at += steps
    setTimeout(this.#told)
  }
}

let entries: Entries
let navigation: Navigation
let shown: string | null

beforeEach(() => {
  shown = 'c1'
  entries = new Entries(() => (shown = navigation.follow(shown)))
  vi.stubGlobal('history', entries)
  vi.stubGlobal('location', {
    pathname: '/',
    search: '',
    get hash() {
      return entries.hashes[entries.at] ?? ''
    },
  })
  navigation = new Navigation()
})
afterEach(() => vi.unstubAllGlobals())

const turn = () => new Promise((resolve) => setTimeout(resolve))

it('goes back in the history by its own buttons, screen by screen', async () => {
  navigation.openExtract({ view: 'templates' })
  navigation.turnTo({ view: 'runs' })
  navigation.openExtract({ view: 'run', run: 'r1', review: false })
  navigation.openExtract({ view: 'run', run: 'r1', review: true })
  expect(entries.hashes).toEqual(['#/c1', '#/c1?runs', '#/c1?run=r1', '#/c1?review=r1'])
  for (const [over, at] of [[{ view: 'run', run: 'r1', review: false }, 2], [{ view: 'runs' }, 1], [null, 0]] as const) {
    navigation.leaveExtract()
    expect(navigation.over).toEqual(over)
    await turn()
    expect([navigation.over, entries.at]).toEqual([over, at])
  }
  expect([navigation.page, shown]).toEqual(['chat', 'c1'])
})

it('goes up all the same where the history does not lead there', () => {
  entries.hashes[0] = '#/c1?review=r1'
  navigation = new Navigation()
  for (const hash of ['#/c1?run=r1', '#/c1?runs', '#/c1']) {
    navigation.leaveExtract()
    expect(entries.hashes).toEqual([hash])
  }
})

it('shows what the browser goes back to, and the chat of that address', () => {
  navigation.openModels('get')
  navigation.openExtract({ view: 'template', template: null })
  entries.at = 1
  expect(navigation.follow('c1')).toBe('c1')
  expect(navigation.page).toBe('models')
  navigation.leaveModels()
  expect([navigation.page, entries.hashes[1]]).toEqual(['chat', '#/c1'])
})

it('lets a chat take the place of whatever lies over it', () => {
  navigation.openExtract({ view: 'runs' })
  navigation.showChat()
  expect([navigation.page, entries.hashes[1]]).toEqual(['chat', '#/c1'])
})

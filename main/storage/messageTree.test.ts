import { afterEach, beforeEach, expect, test } from 'vitest'
import { dataPaths } from '../platform/paths.ts'
import { temporaryFolder } from '../platform/testing.ts'
import { Store } from './Store.ts'

let folder: ReturnType<typeof temporaryFolder>
let store: Store
const opened = new Set<Store>()

function open(): Store {
  const one = new Store(dataPaths(folder.path))
  opened.add(one)
  return one
}

/** Ends a store as the end of its process would. */
function die(one: Store): void {
  opened.delete(one)
  one.dispose()
}

beforeEach(() => {
  folder = temporaryFolder()
  store = open()
  store.chats.create('chat', 1)
})
afterEach(() => {
  for (const one of opened) one.dispose()
  opened.clear()
  folder.remove()
})

const common = { chatId: 'chat', role: 'user', images: [], options: {}, writer: null, createdAt: 1 } as const

/** Adds messages named after their texts, each with the name of the one it follows. */
function add(...pairs: readonly (readonly [string, string | null])[]): void {
  for (const [id, parentId] of pairs) store.messages.add({ ...common, id, parentId, text: id })
}

const shown = (from = store) => from.messages.ofChat('chat').map(({ id }) => id).join(' ')

test('what was added last to a place is shown, and another one where it is chosen, each with its own path', () => {
  add(['q1', null], ['a1', 'q1'], ['q2', 'a1'], ['a2', 'q2'], ['q1b', null], ['a1b', 'q1b'])
  expect(shown()).toBe('q1b a1b')
  store.messages.tree.choose('q1')
  expect(shown()).toBe('q1 a1 q2 a2')
  add(['a2b', 'q2'])
  expect(shown()).toBe('q1 a1 q2 a2b')
  store.messages.tree.choose('q1b')
  store.messages.tree.choose('q1')
  expect(shown()).toBe('q1 a1 q2 a2b')
  store.messages.tree.choose('a1b')
  expect(shown()).toBe('q1b a1b')
  store.messages.tree.choose('a2')
  expect([shown(), shown(open())]).toEqual(['q1 a1 q2 a2', 'q1 a1 q2 a2'])
})

test('every message of the path names those in its place, oldest first', () => {
  add(['q1', null], ['a1', 'q1'], ['a1b', 'q1'], ['q2', 'a1'], ['q1b', null], ['a1c', 'q1'])
  store.messages.tree.choose('q2')
  expect(store.messages.ofChat('chat').map(({ siblings, parentId }) => [siblings.join(' '), parentId])).toEqual([['q1 q1b', null], ['a1 a1b a1c', 'q1'], ['q2', 'a1']])
  expect(store.messages.find('a1b')?.siblings).toEqual(['a1', 'a1b', 'a1c'])
  expect(store.messages.pathTo('a1b').map(({ id }) => id)).toEqual(['q1', 'a1b'])
})

test('roots of other chats are no siblings', () => {
  store.chats.create('other', 1)
  add(['q1', null])
  store.messages.add({ ...common, chatId: 'other', id: 'x', parentId: null, text: 'x' })
  expect(store.messages.find('q1')?.siblings).toEqual(['q1'])
  expect(store.messages.ofChat('other').map(({ id }) => id)).toEqual(['x'])
})

test('a removed message goes with all that follows it and uncovers what was shown before; restoring brings back just that', () => {
  add(['q1', null], ['a1', 'q1'], ['q2', 'a1'], ['a2', 'q2'], ['q2b', 'a1'], ['a2b', 'q2b'])
  expect(store.messages.tree.remove('q2b', store.lock.token, 5)).toBe(2)
  expect([shown(), store.chats.find('chat')?.messages]).toEqual(['q1 a1 q2 a2', 4])
  expect(store.messages.find('a2b')).toBeNull()
  expect(store.messages.tree.remove('a1', store.lock.token, 6)).toBe(3)
  expect(shown()).toBe('q1')
  expect(store.messages.tree.restore('a1')).toBe(true)
  expect(shown()).toBe('q1 a1 q2 a2')
  expect(store.messages.tree.restore('q2b')).toBe(true)
  expect(shown()).toBe('q1 a1 q2b a2b')
  expect(store.messages.tree.restore('q2b')).toBe(true)
  expect(store.messages.tree.restore('nowhere')).toBe(false)
})

test('whatever is undone first, the other deletion can be undone after it', () => {
  add(['q1', null], ['a1', 'q1'])
  store.messages.tree.remove('a1', store.lock.token, 5)
  store.messages.tree.remove('q1', store.lock.token, 6)
  expect(store.messages.tree.restore('a1')).toBe(true)
  expect(store.messages.tree.restore('q1')).toBe(true)
  expect(shown()).toBe('q1 a1')
})

test('what is restored below something removed brings back what it follows, and no more', () => {
  add(['q1', null], ['a1', 'q1'], ['q2', 'a1'], ['a1b', 'q1'], ['q2b', 'a1'])
  store.messages.tree.remove('q2', store.lock.token, 5)
  store.messages.tree.remove('q1', store.lock.token, 6)
  expect(shown()).toBe('')
  store.messages.tree.restore('q2')
  store.messages.tree.choose('q2')
  expect([shown(), store.messages.find('a1b'), store.messages.find('q2b')]).toEqual(['q1 a1 q2', null, null])
  store.messages.tree.restore('q1')
  expect(store.messages.find('q2')?.siblings).toEqual(['q2', 'q2b'])
})

test('a new message never gets the place in time of a removed one', () => {
  add(['q1', null], ['a1', 'q1'])
  store.messages.tree.remove('a1', store.lock.token, 5)
  add(['a2', 'q1'])
  store.messages.tree.restore('a1')
  expect(store.messages.find('a1')?.siblings).toEqual(['a1', 'a2'])
})

test('removed messages of a living process can be restored; once it is dead they go for good, with what follows them', () => {
  const other = open()
  add(['q1', null], ['a1', 'q1'], ['q2', 'a1'], ['a2', 'q2'])
  store.messages.tree.remove('q2', store.lock.token, 5)
  other.messages.tree.remove('a1', other.lock.token, 6)
  expect(store.tidyUp(Date.now()).purged).toEqual([])
  die(other)
  // What follows it was removed by this process, whose undo would lead nowhere.
  expect(store.tidyUp(Date.now()).purged).toEqual(['chat'])
  expect(shown()).toBe('q1')
  expect([store.messages.tree.restore('a1'), store.messages.tree.restore('q2')]).toEqual([false, false])
})

test('pictures of hidden branches and of removed messages are kept until those are deleted for good', async () => {
  const ids = await Promise.all([1, 2].map((byte) => store.files.put(Buffer.alloc(4, byte))))
  const [hidden, removed] = ids.map((id) => ({ id, name: 'a.png', format: 'png', width: 1, height: 1, bytes: 4 }) as const)
  for (const image of [hidden!, removed!]) store.images.add(image, 0)
  const other = open()
  store.messages.add({ ...common, id: 'q1', parentId: null, text: 'q1', images: [hidden!] })
  store.messages.add({ ...common, id: 'q1b', parentId: null, text: 'q1b' })
  store.messages.add({ ...common, id: 'q2', parentId: 'q1b', text: 'q2', images: [removed!] })
  other.messages.tree.remove('q2', other.lock.token, 5)
  expect(store.tidyUp(Date.now()).images).toEqual([])
  die(other)
  expect(store.tidyUp(Date.now()).images).toEqual([removed!.id])
  store.messages.tree.choose('q1')
  expect(store.messages.ofChat('chat')[0]?.images).toEqual([hidden])
})

test('a chat of thousands of messages with a branch at its end is shown, removed and deleted whole', () => {
  const other = open()
  store.transaction(() => {
    for (let n = 0; n < 3000; n++) add([`m${n}`, n === 0 ? null : `m${n - 1}`])
    add(['end', 'm2998'])
  })
  expect(store.messages.ofChat('chat')).toHaveLength(3000)
  expect(store.messages.pathTo('end')).toHaveLength(3000)
  expect(other.messages.tree.remove('m1', other.lock.token, 5)).toBe(3000)
  expect(shown()).toBe('m0')
  die(other)
  store.tidyUp(Date.now())
  expect(store.chats.find('chat')?.messages).toBe(1)
})

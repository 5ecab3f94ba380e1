import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ImageRef, ImageRegion } from '../contract/domains/image.ts'
import { dataPaths } from '../platform/paths.ts'
import { temporaryFolder } from '../platform/testing.ts'
import { Store } from './Store.ts'

const DAY = 24 * 60 * 60 * 1000
const image = (id: string, side = 100): ImageRef => ({ id, name: `${id.slice(0, 1)}.png`, format: 'png', width: side, height: side, bytes: 4 })
const [whole, part, stranger] = [image('a'.repeat(64)), image('b'.repeat(64), 20), image('c'.repeat(64))]
const region: ImageRegion = { source: { id: whole.id, name: 'a.png', width: 100, height: 100 }, x: 30, y: 40, width: 20, height: 20 }

let folder: ReturnType<typeof temporaryFolder>
let store: Store
beforeEach(() => {
  folder = temporaryFolder()
  store = new Store(dataPaths(folder.path))
  for (const one of [whole, part, stranger]) store.images.add(one, 0)
  store.images.cutFrom(part.id, region, 0)
  store.chats.create('chat', 0)
})
afterEach(() => {
  store.dispose()
  folder.remove()
})

function ask(...images: ImageRef[]): void {
  store.messages.add({ id: 'question', chatId: 'chat', role: 'user', text: 'What?', images, options: {}, writer: null, createdAt: 0 })
}

describe('the place of a part', () => {
  test('is told with the picture, and kept with the message that shows it', () => {
    expect(store.images.find(part.id)).toEqual({ ...part, region })
    expect(store.images.find(whole.id)).toEqual(whole)
    ask(whole, { ...part, region })
    expect(store.messages.ofChat('chat')[0]?.images).toEqual([whole, { ...part, region }])
    expect(store.messages.find('question')?.images).toEqual([whole, { ...part, region }])
    store.dispose()
    store = new Store(dataPaths(folder.path))
    expect(store.messages.find('question')?.images).toEqual([whole, { ...part, region }])
  })

  test('in a message stays what it was, whatever the same pixels are given as later', () => {
    ask({ ...part, region })
    store.images.cutFrom(part.id, { ...region, source: { ...region.source, id: stranger.id }, x: 0 }, 1)
    expect(store.images.find(part.id)?.region).toMatchObject({ source: { id: stranger.id, name: 'c.png' }, x: 0 })
    store.images.add(part, 2)
    expect(store.images.find(part.id)).toEqual(part)
    expect(store.messages.find('question')?.images).toEqual([{ ...part, region }])
  })
})

describe('the picture that a part was cut out of', () => {
  test('stays as long as a message shows the part, and goes after it', () => {
    ask({ ...part, region })
    expect(store.tidyUp(DAY + 1).images).toEqual([stranger.id])
    store.chats.remove('chat', 'nobody', DAY)
    expect(store.tidyUp(DAY + 2).images.sort()).toEqual([whole.id, part.id])
  })

  test('is not tidied away while its part waits to be asked about', () => {
    store.images.add(part, DAY)
    store.images.cutFrom(part.id, region, DAY)
    expect(store.tidyUp(DAY + 1).images).toEqual([stranger.id])
    expect(store.images.find(part.id)?.region).toEqual(region)
  })

  test('stays when the document goes that it is a page of', () => {
    const page = image('d'.repeat(64))
    store.images.add(page, 0, 'e'.repeat(64))
    const cut = { ...region, source: { ...region.source, id: page.id, name: 'd.png' } }
    ask({ ...part, region: cut })
    expect(store.images.removePages(['e'.repeat(64)], DAY, () => undefined)).toEqual([])
    expect(store.messages.find('question')?.images[0]?.region).toEqual(cut)
  })
})

import { expect, it } from 'vitest'
import { AppError } from '../../../main/contract/errors/AppError.ts'
import { deferred } from '../transport/deferred.ts'
import { cellOf, extractClient, templateOf } from './testing/extract.ts'
import { TryOut } from './TryOut.svelte.ts'

/** Services that store pages of documents with two pages each, and read nothing of them. */
const pictureOf = (name: string, id = 'a') => ({ id: id.repeat(64), name, format: 'png' as const, width: 1, height: 1, bytes: 1 })
const page = ({ name }: { name: string }) => Promise.resolve({ picture: pictureOf(name), pages: 2 })
async function* nothing() {
  yield await Promise.resolve({ type: 'end' as const, cells: {}, smallPrint: false })
}

it('shows cells as they come, and in the end what the services say of all', async () => {
  const gate = deferred<undefined>()
  async function* read() {
    yield { type: 'progress' as const, fraction: 0.5 }
    yield { type: 'cell' as const, name: 'vendor', cell: cellOf('A') }
    await gate.promise
    yield { type: 'end' as const, cells: { vendor: cellOf('B') }, smallPrint: true }
  }
  const state = new TryOut(extractClient({ templates: { page, try: () => Promise.resolve(read()) } }))
  const reading = state.give(templateOf(), new File(['x'], 'a.png'))
  await new Promise((resolve) => setTimeout(resolve))
  expect([state.state, state.fraction, state.cells]).toEqual(['reading', 0.5, { vendor: cellOf('A') }])
  gate.resolve(undefined)
  await reading
  expect([state.state, state.smallPrint, state.cells]).toEqual(['done', true, { vendor: cellOf('B') }])
})

it('says why a document could not be taken, and keeps the one before', async () => {
  const answers = [page, () => Promise.reject(new AppError('DOCUMENT_LOCKED', { name: 'b.pdf' }))]
  const state = new TryOut(extractClient({ templates: { page: (asked) => answers.shift()?.(asked), try: () => Promise.resolve(nothing()) } }))
  await state.give(templateOf(), new File(['x'], 'a.png'))
  await state.give(templateOf(), new File([''], 'b.pdf'))
  expect([state.state, state.error?.code, state.tried?.picture.name]).toEqual(['done', 'DOCUMENT_LOCKED', 'a.png'])
})

it('says of values that were read that they were, where another document is called off or cannot be read', async () => {
  const answers = [() => Promise.resolve(nothing()), () => Promise.reject(new AppError('INTERNAL', { detail: '' }))]
  const pages = [page, () => new Promise(() => undefined), page]
  const state = new TryOut(extractClient({ templates: { page: (asked) => pages.shift()?.(asked), try: () => answers.shift()?.() } }))
  await state.give(templateOf(), new File(['x'], 'a.png'))
  void state.give(templateOf(), new File(['x'], 'b.pdf'))
  state.stop()
  expect([state.state, state.tried?.picture.name]).toEqual(['done', 'a.png'])
  await state.give(templateOf(), new File(['x'], 'c.png'))
  expect([state.state, state.tried?.picture.name]).toEqual(['ready', 'c.png'])
})

it('asks once for a page that is on its way, and for another one at once', async () => {
  const asked: number[] = []
  const state = new TryOut(
    extractClient({
      templates: {
        page: ({ name, page }) => {
          asked.push(page ?? 1)
          return page === 1 || page === 3 ? Promise.resolve({ picture: pictureOf(name), pages: 3 }) : new Promise(() => undefined)
        },
        try: () => Promise.resolve(nothing()),
      },
    }),
  )
  const template = templateOf()
  await state.give(template, new File(['x'], 'bill.pdf'))
  void state.turnTo(template, 2)
  void state.turnTo(template, 2)
  await state.turnTo(template, 3)
  expect([asked, state.tried?.page, state.state]).toEqual([[1, 2, 3], 3, 'done'])
  state.stop()
  void state.turnTo(template, 2)
  state.stop()
  void state.turnTo(template, 2)
  expect(asked).toEqual([1, 2, 3, 2, 2])
})

it('begins with the first page of a document, and turns to another of the same file', async () => {
  const asked: unknown[] = [], read: string[] = []
  const state = new TryOut(
    extractClient({
      templates: {
        page: ({ name, page }) => {
          asked.push([name, page])
          return Promise.resolve({ picture: pictureOf(name, String(page)), pages: 3 })
        },
        try: ({ image }) => {
          read.push(image.slice(0, 2))
          return Promise.resolve(nothing())
        },
      },
    }),
  )
  await state.give(templateOf(), new File(['x'], 'bill.pdf'))
  expect(state.tried).toMatchObject({ picture: { name: 'bill.pdf' }, page: 1, pages: 3 })
  await state.turnTo(templateOf(), 3)
  expect(state.tried).toMatchObject({ picture: { name: 'bill.pdf' }, page: 3, pages: 3 })
  expect([asked, read]).toEqual([[['bill.pdf', 1], ['bill.pdf', 3]], ['11', '33']])
})

it('refuses a file that no connection would carry, without sending it', async () => {
  const file = new File(['x'], 'big.tif')
  Object.defineProperty(file, 'size', { value: 300e6 })
  const state = new TryOut(extractClient({ templates: {} }))
  await state.give(templateOf(), file)
  expect([state.state, state.error?.code]).toEqual(['empty', 'IMAGE_FILE_TOO_BIG'])
})

it('stops at once, and takes nothing that comes later', async () => {
  const gate = deferred<undefined>()
  async function* read() {
    await gate.promise
    yield { type: 'cell' as const, name: 'vendor', cell: cellOf('late') }
  }
  const state = new TryOut(extractClient({ templates: { page, try: () => Promise.resolve(read()) } }))
  const reading = state.give(templateOf(), new File(['x'], 'a.png'))
  await new Promise((resolve) => setTimeout(resolve))
  state.stop()
  gate.resolve(undefined)
  await reading
  expect([state.state, state.cells, state.error]).toEqual(['stopped', {}, null])
})

it('does not say of a page read in part that it was read, where another document is called off', async () => {
  async function* half() {
    yield { type: 'cell' as const, name: 'vendor', cell: cellOf('A') }
    await new Promise(() => undefined)
  }
  const pages = [page, () => new Promise(() => undefined)]
  const state = new TryOut(extractClient({ templates: { page: (asked) => pages.shift()?.(asked), try: () => Promise.resolve(half()) } }))
  void state.give(templateOf(), new File(['x'], 'a.png'))
  await new Promise((resolve) => setTimeout(resolve))
  void state.give(templateOf(), new File(['x'], 'b.pdf'))
  state.stop()
  expect([state.state, state.tried?.picture.name, state.cells]).toEqual(['stopped', 'a.png', { vendor: cellOf('A') }])
})

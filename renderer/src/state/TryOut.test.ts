import { expect, it } from 'vitest'
import { AppError } from '../../../main/contract/errors/AppError.ts'
import { deferred } from '../transport/deferred.ts'
import { cellOf, extractClient, templateOf } from './testing/extract.ts'
import { TryOut } from './TryOut.svelte.ts'

const picture = { id: 'a'.repeat(64), name: 'a.png', format: 'png' as const, width: 1, height: 1, bytes: 1 }
const add = () => Promise.resolve(picture)

it('shows cells as they come, and in the end what the services say of all', async () => {
  const gate = deferred<undefined>()
  async function* read() {
    yield { type: 'progress' as const, fraction: 0.5 }
    yield { type: 'cell' as const, name: 'vendor', cell: cellOf('A') }
    await gate.promise
    yield { type: 'end' as const, cells: { vendor: cellOf('B') }, smallPrint: true }
  }
  const state = new TryOut(extractClient({ images: { add }, templates: { try: () => Promise.resolve(read()) } }))
  const reading = state.give(templateOf(), new File(['x'], 'a.png'))
  await new Promise((resolve) => setTimeout(resolve))
  expect([state.state, state.fraction, state.cells]).toEqual(['reading', 0.5, { vendor: cellOf('A') }])
  gate.resolve(undefined)
  await reading
  expect([state.state, state.smallPrint, state.cells]).toEqual(['done', true, { vendor: cellOf('B') }])
})

it('says why a picture could not be taken, and keeps the one before', async () => {
  const answers = [add, () => Promise.reject(new AppError('IMAGE_EMPTY', { name: 'b.png' }))]
  async function* read() {
    yield await Promise.resolve({ type: 'end' as const, cells: {}, smallPrint: false })
  }
  const state = new TryOut(extractClient({ images: { add: () => answers.shift()?.() }, templates: { try: () => Promise.resolve(read()) } }))
  await state.give(templateOf(), new File(['x'], 'a.png'))
  await state.give(templateOf(), new File([''], 'b.png'))
  expect([state.state, state.error?.code, state.picture]).toEqual(['ready', 'IMAGE_EMPTY', picture])
})

it('refuses a file that no connection would carry, without sending it', async () => {
  const file = new File(['x'], 'big.tif')
  Object.defineProperty(file, 'size', { value: 300e6 })
  const state = new TryOut(extractClient({ images: {} }))
  await state.give(templateOf(), file)
  expect([state.state, state.error?.code]).toEqual(['empty', 'IMAGE_FILE_TOO_BIG'])
})

it('stops at once, and takes nothing that comes later', async () => {
  const gate = deferred<undefined>()
  async function* read() {
    await gate.promise
    yield { type: 'cell' as const, name: 'vendor', cell: cellOf('late') }
  }
  const state = new TryOut(extractClient({ images: { add }, templates: { try: () => Promise.resolve(read()) } }))
  const reading = state.give(templateOf(), new File(['x'], 'a.png'))
  await new Promise((resolve) => setTimeout(resolve))
  state.stop()
  gate.resolve(undefined)
  await reading
  expect([state.state, state.cells, state.error]).toEqual(['done', {}, null])
})

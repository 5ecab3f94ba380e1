import { expect, test } from 'vitest'
import type { RunItemRow } from '../../storage/runItems.ts'
import type { OpenDocument } from '../extraction/ports.ts'
import { DocumentShelf } from './DocumentShelf.ts'
import { fakeDocuments } from './testing/fakeDocuments.ts'

const item: RunItemRow = { id: '1', runId: '1', position: 1, name: 'slow.pdf', page: null, state: 'reading', attempts: 0, recordId: null, fileId: '1', path: '/slow.pdf', stored: null, choice: '', sha256: null, error: null }

/** A shelf with documents that open when the test says so, or never. */
function slowShelf(): { shelf: DocumentShelf; leaving: AbortSignal[]; finish: () => void } {
  const opened: OpenDocument = { sha256: 'a'.repeat(64), name: 'slow.pdf', pages: 1, page: () => Promise.reject(new Error('no pages')), dispose: () => Promise.resolve() }
  const leaving: AbortSignal[] = []
  let finish = () => {}
  const open = async (_path: string, _name: string, signal?: AbortSignal): Promise<OpenDocument> =>
    await new Promise((resolve, reject) => {
      leaving.push(signal!)
      signal!.addEventListener('abort', () => reject(new Error('told to leave')))
      finish = () => resolve(opened)
    })
  const shelf = new DocumentShelf({ ...fakeDocuments(), open }, { path: (id) => id })
  return { shelf, leaving, finish: () => finish() }
}

test('who is told to stop while a document opens stops at once, and it is given up', async () => {
  const { shelf, leaving } = slowShelf()
  const stop = new AbortController()
  const work = shelf.with(item, () => Promise.resolve('read'), stop.signal)
  stop.abort()
  await expect(work).rejects.toMatchObject({ code: 'ABORTED' })
  expect(leaving.map(({ aborted }) => aborted)).toEqual([true])
  await shelf.dispose()
})

test('another page of the same document that waits for it still gets it', async () => {
  const { shelf, leaving, finish } = slowShelf()
  const stop = new AbortController()
  const one = shelf.with(item, () => Promise.resolve('one'), stop.signal)
  const other = shelf.with(item, (document) => Promise.resolve(document.name), new AbortController().signal)
  stop.abort()
  await expect(one).rejects.toMatchObject({ code: 'ABORTED' })
  expect(leaving.map(({ aborted }) => aborted)).toEqual([false])
  finish()
  expect(await other).toBe('slow.pdf')
  await shelf.dispose()
})

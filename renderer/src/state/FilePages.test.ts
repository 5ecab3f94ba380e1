import { beforeEach, expect, test } from 'vitest'
import type { AddedImage } from '../../../main/contract/domains/image.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { deferred } from '../transport/deferred.ts'
import { Draft } from './Draft.svelte.ts'

/** Services that open files of so many pages, and store each page as a picture of its own. */
class Pages {
  readonly added: { page: number; name: string }[] = []
  /** Files that are open now. */
  open = 0
  /** No page is stored before. */
  gate: Promise<unknown> = Promise.resolve()
  readonly client: Client

  constructor(pages: number) {
    const image = (id: string, name: string): AddedImage => ({ id, name, format: 'png', width: 1, height: 1, bytes: 1, frames: 1 })
    const client = {
      pages: {
        open: (_input: unknown, { signal }: { signal: AbortSignal }) => Promise.resolve(this.#stream(pages, signal)),
        preview: ({ page }: { page: number }) => Promise.resolve({ preview: new Blob([String(page)]) }),
        add: async ({ page, name }: { page: number; name: string }) => {
          await this.gate
          if (this.open === 0) throw new Error('The file is closed')
          this.added.push({ page, name })
          return image(`page ${page}`, name)
        },
      },
      images: { add: ({ name }: { name: string }) => Promise.resolve(image(name, name)) },
    }
    this.client = client as unknown as Client
  }

  async *#stream(pages: number, signal: AbortSignal) {
    this.open += 1
    try {
      yield { id: 'file', pages }
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    } finally {
      this.open -= 1
    }
  }
}

let services: Pages
let draft: Draft
const pdf = (name: string) => new File(['%PDF-1.7'], name)
const names = () => draft.attachments.map(({ name }) => name)
const chooser = async () => {
  await expect.poll(() => draft.attachments.find(({ choice }) => choice !== null)?.choice ?? null).not.toBeNull()
  return draft.attachments.find(({ choice }) => choice !== null)!.choice!
}

beforeEach(() => {
  services = new Pages(3)
  draft = new Draft(services.client, () => undefined)
})

test('each chosen page becomes an attachment in the place of its file, and the file is let go of', async () => {
  draft.add([new File(['a'], 'a.png'), pdf('bill.pdf'), new File(['b'], 'b.png')])
  const choice = await chooser()
  choice.toggle(2)
  choice.confirm((page) => `bill.pdf, page ${page}`)
  await expect.poll(() => draft.images.length).toBe(4)
  expect(names()).toEqual(['a.png', 'bill.pdf, page 1', 'bill.pdf, page 3', 'b.png'])
  expect(services.added).toEqual([1, 3].map((page) => ({ page, name: `bill.pdf, page ${page}` })))
  await expect.poll(() => services.open).toBe(0)
})

test('the question waits for the choice; a file that is taken out attaches nothing and is let go of', async () => {
  draft.add([pdf('bill.pdf')])
  await chooser()
  expect(draft.uploading).toBe(true)
  draft.remove(draft.attachments[0]!)
  await expect.poll(() => services.open).toBe(0)
  expect([names(), services.added]).toEqual([[], []])
})

test('a file of one page is attached without a question', async () => {
  services = new Pages(1)
  draft = new Draft(services.client, () => undefined)
  draft.add([pdf('letter.pdf')])
  await expect.poll(() => draft.images.length).toBe(1)
  expect(names()).toEqual(['letter.pdf'])
  await expect.poll(() => services.open).toBe(0)
})

test('of two files the second asks when the first has been answered', async () => {
  draft.add([pdf('one.pdf'), pdf('two.pdf')])
  const first = await chooser()
  expect([first.name, draft.attachments.filter(({ choice }) => choice !== null).length]).toEqual(['one.pdf', 1])
  draft.remove(draft.attachments[0]!)
  await expect.poll(() => draft.attachments[0]?.choice?.name).toBe('two.pdf')
})

test('a page taken out while it is on its way does not take the file away from the others', async () => {
  draft.add([pdf('bill.pdf')])
  const choice = await chooser()
  const gate = deferred<undefined>()
  services.gate = gate.promise
  choice.confirm((page) => `page ${page}`)
  await expect.poll(names).toEqual(['page 1', 'page 2', 'page 3'])
  draft.remove(draft.attachments[0]!)
  gate.resolve(undefined)
  await expect.poll(() => draft.images.map(({ name }) => name)).toEqual(['page 2', 'page 3'])
})

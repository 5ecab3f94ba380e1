import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { AppError } from '../../../contract/errors/AppError.ts'
import { readError } from '../../../platform/fileErrors.ts'
import type { OpenDocument } from '../../extraction/ports.ts'
import type { RunDocuments } from '../RunPorts.ts'

/** First line of a page of a file that `fakeDocuments` can open. Pages are parted by form feeds. */
const PAGE = 'page: '

/** The bytes of a document with these texts on its pages. */
export function documentOf(...pages: readonly string[]): string {
  return pages.map((text) => `${PAGE}${text}\n`).join('\f')
}

export interface FakeDocuments extends RunDocuments {
  /** Documents that are open now. */
  readonly open_: Set<OpenDocument>
  /** How often a file was opened. */
  opened: number
  /** Documents of which nothing is to stay. */
  readonly forgotten: string[]
}

/**
 * Opens real files of a small format of its own, and tells bad ones from good ones by their bytes, as the real documents do: empty
 * (`IMAGE_EMPTY`), cut short (no line end; `IMAGE_DAMAGED`), text (`IMAGE_NOT_AN_IMAGE`), too large (`IMAGE_TOO_MANY_PIXELS`).
 */
export function fakeDocuments(): FakeDocuments {
  const open_ = new Set<OpenDocument>()
  const documents: FakeDocuments = {
    open_,
    opened: 0,
    forgotten: [],
    open: async (path, name) => {
      documents.opened += 1
      const bytes = await readFile(path).catch((error: unknown) => {
        throw readError(error, path)
      })
      const pages = pagesIn(bytes, name)
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      const document: OpenDocument = {
        sha256,
        name,
        pages: pages.length,
        page: async (number) => {
          const text = pages[number - 1]
          if (text === undefined) throw new AppError('IMAGE_DAMAGED', { name, detail: `no page ${number}` })
          if (text.startsWith('torn')) throw new AppError('IMAGE_DAMAGED', { name, detail: text })
          await new Promise((resolve) => setImmediate(resolve))
          return { number, width: 100, height: 100, text, source: { key: `${sha256}-${number}`, name, prepare: () => Promise.reject(new Error('The fake reader needs no pixels')) } }
        },
        dispose: () => {
          open_.delete(document)
          return Promise.resolve()
        },
      }
      open_.add(document)
      return document
    },
    pagesOf: chosenPages,
    forget: (gone) => {
      documents.forgotten.push(...gone)
      return Promise.resolve()
    },
    picture: (document, page) => Promise.resolve({ image: document.sha256, width: 100 * page, height: 100 }),
  }
  return documents
}

function pagesIn(bytes: Buffer, name: string): string[] {
  const text = bytes.toString('utf8')
  if (text === '') throw new AppError('IMAGE_EMPTY', { name })
  if (text.startsWith('bomb')) throw new AppError('IMAGE_TOO_MANY_PIXELS', { name, width: 100_000, height: 100_000, limitMegapixels: 100 })
  if (!text.startsWith(PAGE)) throw new AppError('IMAGE_NOT_AN_IMAGE', { name, found: 'text' })
  if (!text.endsWith('\n')) throw new AppError('IMAGE_DAMAGED', { name, detail: 'it ends too early' })
  return text.split('\f').map((page) => page.slice(PAGE.length, -1))
}

/** "1-3,5"; empty: all. */
function chosenPages(choice: string, pages: number): number[] {
  const all = Array.from({ length: pages }, (_, index) => index + 1)
  if (choice.trim() === '') return all
  const chosen = new Set<number>()
  for (const part of choice.split(',')) {
    const [, from, to = from] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part) ?? []
    if (from === undefined || Number(to) > pages || Number(from) < 1) throw new AppError('BAD_INPUT', { detail: `"${choice}" among ${pages} pages` })
    for (let page = Number(from); page <= Number(to); page += 1) chosen.add(page)
  }
  return all.filter((page) => chosen.has(page))
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { Cell } from '../../../contract/domains/extraction.ts'
import { AppError } from '../../../contract/errors/AppError.ts'
import type { PageReader, ReadEvent, ReadRequest } from '../../extraction/ports.ts'

/** What becomes of a page: it is read (after a promise, if one is given), or the reading fails. */
export type Behaviour = (request: ReadRequest, signal: AbortSignal) => Error | null | undefined | Promise<Error | null | undefined>

/** A cell that was read. */
export function cellOf(value: string, confidence = 0.99, status: Cell['status'] = 'ok'): Cell {
  return { content: { kind: 'one', reading: { value, printed: null, confidence } }, confidence, status, checks: [], region: null }
}

/** The text of a page is the value of the field "text"; "total" is sure or not as the page says ("unsure" in its text). */
export class FakeReader implements PageReader {
  readonly requests: ReadRequest[] = []
  /** Readings under way, and the most there ever were. */
  active = 0
  most = 0
  behave: Behaviour = () => undefined

  async *read(request: ReadRequest, signal: AbortSignal): AsyncGenerator<ReadEvent, void, undefined> {
    this.requests.push(request)
    this.active += 1
    this.most = Math.max(this.most, this.active)
    try {
      const error = await this.behave(request, signal)
      if (signal.aborted) throw new AppError('ABORTED')
      if (error instanceof Error) throw error
      const text = request.pages.map((page) => page.text).join(' + ')
      const cells = { text: cellOf(text), total: text.includes('unsure') ? cellOf('12', 0.5, 'unsure') : cellOf('12') }
      const wanted = Object.entries(cells).filter(([name]) => request.only?.includes(name) ?? true)
      yield { type: 'progress', fraction: 0.5 }
      yield { type: 'end', cells: Object.fromEntries(wanted), smallPrint: false }
    } finally {
      this.active -= 1
    }
  }

  /** Texts of the pages in the order in which they were begun. */
  get begun(): string[] {
    return this.requests.map(({ pages }) => pages.map(({ text }) => text).join(' + '))
  }
}

/** A reading that takes so long, unless it is stopped. */
export async function take(milliseconds: number, signal: AbortSignal): Promise<null> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined)
  return null
}

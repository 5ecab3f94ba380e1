import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '../../contract/errors/AppError.ts'
import { openDocument } from './openDocument.ts'
import { PdfThread } from './PdfThread.ts'
import type { PdfLimits } from './PdfThread.ts'
import { documentFixture } from './testing/documentFixture.ts'
import type { DocumentFixture } from './testing/documentFixture.ts'
import { textAt, writePdf } from './testing/writePdf.ts'

let fixture: DocumentFixture
beforeAll(async () => {
  fixture = await documentFixture({ time: 5000 })
})
afterAll(() => fixture.remove())

const simple = writePdf({ pages: [{ content: textAt(72, 700, 'Fine') }] })

/** A page that takes minutes: thousands of large curves with a pattern of dashes, each drawn through a clip. */
const slow = writePdf({ pages: [{ content: `[0.01 0.01] 0 d 0.1 w ${'0 0 m 100 2000 500 -2000 595 842 c S\n'.repeat(60_000)}` }, { content: textAt(72, 700, 'Quick') }] })

async function withThread<T>(limits: Partial<PdfLimits>, work: (thread: PdfThread, open: (bytes: Uint8Array, name: string) => ReturnType<typeof openDocument>) => Promise<T>): Promise<T> {
  const thread = new PdfThread(fixture.entry, limits)
  try {
    return await work(thread, (bytes, name) => openDocument({ bytes, name }, { pixels: fixture.pixels, thread }))
  } finally {
    await thread.dispose()
  }
}

describe('the thread', () => {
  test('that hangs at a page is ended; other pages and files are read', async () => {
    await withThread({ time: 1500 }, async (_thread, open) => {
      const document = await open(slow, 'slow.pdf')
      const page = await document.page(1)
      await expect(page.source.prepare()).rejects.toMatchObject({ code: 'PAGE_TOO_SLOW', params: { name: 'slow.pdf', page: 1, seconds: 2 } })
      expect((await document.page(2)).text).toBe('Quick')
      expect((await (await open(simple, 'next.pdf')).page(1)).text).toBe('Fine')
    })
  })

  test('does not hold up the app while it draws', async () => {
    await withThread({ time: 2000 }, async (_thread, open) => {
      const page = await (await open(slow, 'slow.pdf')).page(1)
      let ticks = 0
      const clock = setInterval(() => (ticks += 1), 20)
      await expect(page.source.prepare()).rejects.toMatchObject({ code: 'PAGE_TOO_SLOW' })
      clearInterval(clock)
      expect(ticks).toBeGreaterThan(20)
    })
  })

  test('may hold so much memory and no more', async () => {
    await withThread({ memory: 64e6 }, async (_thread, open) => {
      const document = await open(writePdf({ pages: [{ width: 2384, height: 3370, content: textAt(72, 700, 'Too large') }, { width: 7, height: 7, content: textAt(1, 1, 'x', 4) }] }), 'large.pdf')
      const page = await document.page(1)
      await expect(page.source.prepare()).rejects.toMatchObject({ code: 'PAGE_TOO_LARGE', params: { name: 'large.pdf', page: 1, megabytes: 64 } })
      const file = await (await document.page(2)).source.prepare()
      await file.dispose()
    })
  })

  test('that dies is replaced', async () => {
    const path = join(fixture.folder, 'dies.cjs')
    writeFileSync(path, "require('node:worker_threads').parentPort.on('message', () => process.exit(3))")
    const thread = new PdfThread(path)
    await expect(openDocument({ bytes: simple, name: 'a.pdf' }, { pixels: fixture.pixels, thread })).rejects.toMatchObject({ code: 'DOCUMENT_DAMAGED' })
    expect(thread.isRunning).toBe(false)
    await expect(openDocument({ bytes: simple, name: 'a.pdf' }, { pixels: fixture.pixels, thread })).rejects.toMatchObject({ code: 'DOCUMENT_DAMAGED' })
    await thread.dispose()
  })

  test('serves many callers, one after the other', async () => {
    const texts = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const document = await fixture.open(writePdf({ pages: [{ content: textAt(72, 700, `Number ${index}`) }] }))
        const { text } = await document.page(1)
        await document.dispose()
        return text
      }),
    )
    expect(texts).toEqual(Array.from({ length: 20 }, (_, index) => `Number ${index}`))
  })

  test('lets a caller go at once who has stopped waiting', async () => {
    await withThread({ time: 3000 }, async (_thread, open) => {
      const [busy, document] = [await open(slow, 'slow.pdf'), await open(simple, 'b.pdf')]
      const drawing = (await busy.page(1)).source.prepare()
      drawing.catch(() => undefined)
      const stop = new AbortController()
      const waiting = document.page(1, stop.signal)
      stop.abort()
      await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' })
      await expect(drawing).rejects.toMatchObject({ code: 'PAGE_TOO_SLOW' })
      expect((await document.page(1)).text).toBe('Fine')
    })
  })

  test('goes when nobody needs it, and comes back', async () => {
    await withThread({ idle: 50 }, async (thread, open) => {
      const document = await open(simple, 'a.pdf')
      await expect.poll(() => thread.isRunning).toBe(false)
      expect((await document.page(1)).text).toBe('Fine')
    })
  })
})

test('200 pages one after the other do not add up in memory', async () => {
  const rgb = new Uint8Array(600 * 800 * 3).map((_, index) => index % 251)
  const scan = { width: 595, height: 842, images: [{ width: 600, height: 800, rgb }], content: `q 595 0 0 842 0 0 cm /Im0 Do Q ${textAt(72, 700, 'Page')}` }
  await withThread({}, async (thread, open) => {
    const document = await open(writePdf({ pages: Array.from({ length: 200 }, () => scan) }), 'long.pdf')
    const held: number[] = [], resident: number[] = []
    for (let number = 1; number <= document.pages; number += 1) {
      const file = await (await document.page(number)).source.prepare()
      await file.dispose()
      held.push(thread.memory)
      resident.push(process.memoryUsage.rss())
    }
    await document.dispose()
    // All of their pictures would be 288 MB, beside 18 MB for the page under way.
    expect(Math.max(...held)).toBeLessThan(260e6)
    // What the garbage collector leaves for later, not 180 pages of 13 MB.
    expect(resident.at(-1)! - resident[19]!).toBeLessThan(400e6)
    process.stderr.write(`PDFium held at most ${Math.round(Math.max(...held) / 1e6)} MB for 200 pages; resident ${Math.round(resident[19]! / 1e6)} MB -> ${Math.round(resident.at(-1)! / 1e6)} MB\n`)
  })
}, 300_000)

/** Opens and draws; errors must be ours and name the file. */
async function survives(bytes: Uint8Array): Promise<boolean> {
  try {
    const document = await fixture.open(bytes, 'mutant.pdf')
    try {
      for (let number = 1; number <= Math.min(2, document.pages); number += 1) {
        const file = await (await document.page(number)).source.prepare()
        await file.dispose()
      }
    } finally {
      await document.dispose()
    }
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ code: expect.stringMatching(/^(DOCUMENT|PAGE)_/) as string, params: expect.objectContaining({ name: 'mutant.pdf' }) as object })
    return false
  }
}

describe('damaged files', () => {
  const small = { width: 20, height: 20 }
  const whole = writePdf({
    pages: [
      { ...small, content: `${textAt(2, 2, 'One', 5)} q 10 0 0 10 0 0 cm /Im0 Do Q`, images: [{ width: 2, height: 2, rgb: Uint8Array.from({ length: 12 }, (_, index) => index * 20) }] },
      { ...small, rotate: 90, content: textAt(2, 2, 'Two', 5), fields: [{ name: 'f', value: 'v', box: [1, 1, 10, 10] }], notes: [{ box: [0, 0, 5, 5], colour: '1 0 0' }] },
    ],
  })

  test('cut off after every tenth byte end in an error or in pages', async () => {
    let read = 0
    for (let end = 5; end < whole.length; end += 10) if (await survives(whole.subarray(0, end))) read += 1
    // PDFium finds objects without their table, so some are read; the shortest are not.
    expect(read).toBeGreaterThan(0)
    expect(read).toBeLessThan(whole.length / 10)
  }, 300_000)

  test('of random bytes behind a header end in an error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (noise) => {
        expect(await survives(Buffer.concat([Buffer.from('%PDF-1.7\n'), noise]))).toBe(false)
      }),
      { numRuns: 100 },
    )
  }, 300_000)

  test('with 1,000 different mutations end in an error or in pages', async () => {
    // fast-check prints the seed of a failure.
    const change = fc.record({ at: fc.nat(whole.length - 1), kind: fc.constantFrom('byte', 'cut', 'repeat', 'digit'), value: fc.nat(255), length: fc.integer({ min: 1, max: 60 }) })
    let read = 0
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const mutant = changes.reduce<Buffer>((bytes, { at, kind, value, length }) => mutate(bytes, at % bytes.length, kind, value, length), Buffer.from(whole))
        if (await survives(mutant)) read += 1
      }),
      { numRuns: 1000 },
    )
    expect(read).toBeGreaterThan(0)
  }, 600_000)
})

function mutate(bytes: Buffer, at: number, kind: string, value: number, length: number): Buffer {
  const piece = bytes.subarray(at, at + length)
  switch (kind) {
    case 'cut':
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])
    case 'repeat':
      return Buffer.concat([bytes.subarray(0, at), piece, piece, bytes.subarray(at + length)])
    case 'digit': {
      // A number that leads somewhere else, or is far too large.
      const found = bytes.subarray(at).findIndex((byte) => byte >= 0x30 && byte <= 0x39)
      const digits = Buffer.from(value % 3 === 0 ? '99999999' : String(value % 10))
      return found < 0 ? bytes : Buffer.concat([bytes.subarray(0, at + found), digits, bytes.subarray(at + found + 1)])
    }
    default: {
      const copy = Buffer.from(bytes)
      copy[at] = value
      return copy
    }
  }
}

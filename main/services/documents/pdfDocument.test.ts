import { createHash } from 'node:crypto'
import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pagePicture } from './pagePicture.ts'
import { documentFixture, drawn } from './testing/documentFixture.ts'
import type { DocumentFixture } from './testing/documentFixture.ts'
import { textAt, writePdf } from './testing/writePdf.ts'

let fixture: DocumentFixture
beforeAll(async () => {
  fixture = await documentFixture()
})
afterAll(() => fixture.remove())

const letter = { width: 612, height: 792 }

describe('a PDF', () => {
  test('has its pages, drawn upright on white at a size for small print, with its words', async () => {
    const bytes = writePdf({ pages: [{ ...letter, content: textAt(72, 700, 'Total 12.50') }, { width: 200, height: 100, content: textAt(10, 50, 'Second') }] })
    const document = await fixture.open(bytes, 'bill.pdf')
    expect(document).toMatchObject({ name: 'bill.pdf', pages: 2, sha256: createHash('sha256').update(bytes).digest('hex') })
    const page = await document.page(1)
    expect(page).toMatchObject({ number: 1, width: 1932, height: 2500, text: 'Total 12.50' })
    expect(page.source.name).toBe('bill.pdf')
    const picture = await drawn(page)
    expect([picture.width, picture.height]).toEqual([1932, 2500])
    expect(picture.at(0, 0)).toEqual([255, 255, 255])
    expect(picture.ink(0.1, 0.08, 0.3, 0.13)).toBeGreaterThan(0.02)
    expect(picture.ink(0, 0.5, 1, 1)).toBe(0)
    expect((await document.page(2)).text).toBe('Second')
    await document.dispose()
  })

  test('keys its pages by file and page', async () => {
    const pages = [{ content: textAt(10, 10, 'a') }, { content: textAt(10, 10, 'b') }]
    const [document, same, other] = [await fixture.open(writePdf({ pages })), await fixture.open(writePdf({ pages }), 'copy.pdf'), await fixture.open(writePdf({ pages: [...pages, {}] }))]
    const keys = await Promise.all([document.page(1), document.page(2), same.page(1), other.page(1)])
    const [first, second, again, different] = keys.map(({ source }) => source.key)
    expect(again).toBe(first)
    expect(new Set([first, second, different]).size).toBe(3)
  })

  test.each([0, 90, 180, 270] as const)('turned by %i degrees comes out upright', async (rotate) => {
    // A red square at the bottom left of the page as it is stored.
    const document = await fixture.open(writePdf({ pages: [{ width: 400, height: 200, rotate, content: '1 0 0 rg 0 0 40 40 re f' + '\n' + textAt(100, 100, 'turned') }] }))
    const page = await document.page(1)
    const picture = await drawn(page)
    const [right, bottom] = [picture.width - 20, picture.height - 20]
    expect(picture.width > picture.height).toBe(rotate % 180 === 0)
    const corners = { 0: [20, bottom], 90: [20, 20], 180: [right, 20], 270: [right, bottom] } as const
    for (const [at, [x, y]] of Object.entries(corners)) expect(picture.at(x, y), `corner ${at}`).toEqual(Number(at) === rotate ? [255, 0, 0] : [255, 255, 255])
    expect(page.text).toBe('turned')
  })

  test('of a scan has no words, and its colours are right', async () => {
    const rgb = Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 20, 40, 60])
    const document = await fixture.open(writePdf({ pages: [{ width: 100, height: 100, images: [{ width: 2, height: 2, rgb }], content: 'q 100 0 0 100 0 0 cm /Im0 Do Q' }] }))
    const page = await document.page(1)
    expect(page.text).toBeNull()
    const picture = await drawn(page)
    const [near, far] = [20, picture.width - 20]
    expect([picture.at(near, near), picture.at(far, near), picture.at(near, far), picture.at(far, far)]).toEqual([[255, 0, 0], [0, 255, 0], [0, 0, 255], [20, 40, 60]])
  })

  test('with blanks alone has no words', async () => {
    const document = await fixture.open(writePdf({ pages: [{ content: textAt(10, 10, '   ') }] }))
    expect((await document.page(1)).text).toBeNull()
  })

  test.each([false, true])('with a filled form shows what was typed, and has it among its words (field without a look: %s)', async (bare) => {
    const fields = [{ name: 'iban', value: 'DE02 1203 0000', box: [200, 690, 400, 710] as const, bare }]
    const empty = await fixture.open(writePdf({ pages: [{ ...letter, content: textAt(72, 695, 'Account') }] }))
    const document = await fixture.open(writePdf({ pages: [{ ...letter, content: textAt(72, 695, 'Account') + textAt(72, 400, 'Below'), fields }] }))
    const page = await document.page(1)
    expect(page.text).toBe('Account\tDE02 1203 0000\nBelow')
    const part = [0.32, 0.1, 0.66, 0.13] as const
    expect((await drawn(await empty.page(1))).ink(...part)).toBe(0)
    const picture = await drawn(page)
    expect(picture.ink(...part)).toBeGreaterThan(0.02)
    // No tint over the field.
    expect(picture.at(Math.round(picture.width * 0.64), Math.round(picture.height * 0.115))).toEqual([255, 255, 255])
  })

  test('shows its annotations', async () => {
    const document = await fixture.open(writePdf({ pages: [{ width: 100, height: 100, notes: [{ box: [0, 0, 50, 50], colour: '0 0 1' }] }] }))
    const picture = await drawn(await document.page(1))
    expect(picture.at(20, picture.height - 20)).toEqual([0, 0, 255])
    expect(picture.at(picture.width - 20, 20)).toEqual([255, 255, 255])
  })
})

describe.each(['rc4-40', 'rc4-128', 'aes-128'] as const)('an encrypted PDF (%s)', (cipher) => {
  const pages = [{ content: textAt(72, 700, 'Secret') }]

  test('that anybody may open is read', async () => {
    const document = await fixture.open(writePdf({ pages, encrypt: { user: '', cipher } }))
    expect((await document.page(1)).text).toBe('Secret')
  })

  test('with a password says so', async () => {
    await expect(fixture.open(writePdf({ pages, encrypt: { user: 'hush', cipher } }), 'secret.pdf')).rejects.toMatchObject({ code: 'DOCUMENT_LOCKED', params: { name: 'secret.pdf' } })
  })
})

describe('a PDF that cannot be read', () => {
  test('is named, with what is wrong', async () => {
    await expect(fixture.open(Buffer.from('%PDF-1.7\nnothing else'), 'cut.pdf')).rejects.toMatchObject({ code: 'DOCUMENT_DAMAGED', params: { name: 'cut.pdf' } })
    await expect(fixture.open(writePdf({ pages: [] }), 'none.pdf')).rejects.toMatchObject({ code: 'DOCUMENT_NO_PAGES', params: { name: 'none.pdf' } })
    const unknown = writePdf({ pages: [{}], encrypt: { user: '', cipher: 'rc4-40' } }).toString('latin1').replace('/Filter /Standard', '/Filter /Stand0rd')
    await expect(fixture.open(Buffer.from(unknown, 'latin1'), 'odd.pdf')).rejects.toMatchObject({ code: 'DOCUMENT_PROTECTED', params: { name: 'odd.pdf' } })
  })

  test('in part is read where it can be', async () => {
    const file = writePdf({ pages: [{ content: textAt(10, 10, 'one') }, { content: textAt(10, 10, 'two') }, { content: textAt(10, 10, 'three') }] }).toString('latin1')
    // The second entry of the tree leads nowhere.
    const kids = /\/Kids \[(\d+ 0 R) (\d+ 0 R) /.exec(file)!
    const document = await fixture.open(Buffer.from(file.replace(kids[0], `/Kids [${kids[1]} ${'0 0 R'.padStart(kids[2]!.length)} `), 'latin1'), 'part.pdf')
    expect(document.pages).toBe(3)
    expect((await document.page(1)).text).toBe('one')
    await expect(document.page(2)).rejects.toMatchObject({ code: 'PAGE_DAMAGED', params: { name: 'part.pdf', page: 2 } })
    expect((await document.page(3)).text).toBe('three')
  })

  test.each(['null', '3 0 R', '7', '<< /Type /Font >>'])('page whose place in the tree holds %s says so, and is not read as an empty one', async (entry) => {
    const file = writePdf({ pages: [{ content: textAt(10, 10, 'one') }, {}, { content: textAt(10, 10, 'three') }] }).toString('latin1')
    const kids = /\/Kids \[(\d+ 0 R) (\d+ 0 R) /.exec(file)!
    // PDFium finds the objects that this moves without their table.
    const document = await fixture.open(Buffer.from(file.replace(kids[0], `/Kids [${kids[1]} ${entry} `), 'latin1'), 'odd.pdf')
    expect(document.pages).toBe(3)
    await expect(document.page(2)).rejects.toMatchObject({ code: 'PAGE_DAMAGED', params: { name: 'odd.pdf', page: 2 } })
    expect((await document.page(3)).text).toBe('three')
  })

  test.each([0, 3, 1.5, -1, NaN])('page %d of two is missing', async (number) => {
    const document = await fixture.open(writePdf({ pages: [{}, {}] }), 'two.pdf')
    await expect(document.page(number)).rejects.toMatchObject({ code: 'PAGE_MISSING', params: { name: 'two.pdf', page: number, pages: 2 } })
  })

  test('has up to 10,000 pages', async () => {
    const pages = Array.from({ length: 10_000 }, () => ({}))
    const document = await fixture.open(writePdf({ pages }))
    expect(document.pages).toBe(10_000)
    expect(await document.page(10_000)).toMatchObject({ number: 10_000, text: null })
    await expect(fixture.open(writePdf({ pages: [...pages, {}] }), 'many.pdf')).rejects.toMatchObject({ code: 'DOCUMENT_TOO_MANY_PAGES', params: { name: 'many.pdf', pages: 10_001, limit: 10_000 } })
  })
})

describe('a PDF on disk', () => {
  const bytes = writePdf({ pages: [{ content: textAt(72, 700, 'On disk') }] })

  test('is read from there, also with lines before it', async () => {
    const path = join(fixture.folder, 'disk.pdf')
    writeFileSync(path, Buffer.concat([Buffer.from('Content-Type: application/pdf\r\n\r\n'), bytes]))
    const document = await fixture.openPath(path)
    expect(document.name).toBe('disk.pdf')
    expect(await document.page(1)).toMatchObject({ text: 'On disk' })
    await document.dispose()
  })

  test('that is written to while it is open is not mixed with what it was', async () => {
    const path = join(fixture.folder, 'changing.pdf')
    writeFileSync(path, bytes)
    const document = await fixture.openPath(path)
    writeFileSync(path, writePdf({ pages: [{ content: textAt(72, 700, 'Another') }] }))
    utimesSync(path, 1, 1)
    await expect(document.page(1)).rejects.toMatchObject({ code: 'DOCUMENT_CHANGED', params: { name: 'changing.pdf' } })
  })
})

test('a page becomes a file for the screen, at most 4096 pixels a side', async () => {
  const document = await fixture.open(writePdf({ pages: [{ width: 144, height: 3000, content: '0 0 1 rg 0 0 144 1500 re f' }] }))
  const page = await document.page(1)
  expect(page.height).toBe(8333)
  const picture = await pagePicture(document, 1)
  expect(picture).toMatchObject({ mime: 'image/png', height: 4096, width: 197 })
  expect(Buffer.from(picture.bytes).subarray(1, 4).toString()).toBe('PNG')
})

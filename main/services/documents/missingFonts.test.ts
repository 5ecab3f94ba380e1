import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../platform/testing.ts'
import { fontFolders } from './fontFolders.ts'
import { documentFixture, drawn } from './testing/documentFixture.ts'
import type { DocumentFixture } from './testing/documentFixture.ts'
import { writeFont } from './testing/writeFont.ts'
import { textAt, writePdf } from './testing/writePdf.ts'
import type { TestPage } from './testing/writePdf.ts'

/** As many files from China, Japan and Korea have it: the reader is to bring the font. */
const cid = (base: string, encoding: string, ordering: string) =>
  `<< /Type /Font /Subtype /Type0 /BaseFont /${base} /Encoding /${encoding} /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /${base} /CIDSystemInfo << /Registry (Adobe) /Ordering (${ordering}) /Supplement 2 >> /DW 1000 >>] >>`
const fonts = { C: cid('STSong-Light', 'UniGB-UCS2-H', 'GB1'), T: cid('MSung-Light', 'UniCNS-UCS2-H', 'CNS1'), U: cid('SimSun', 'Identity-H', 'Identity'), G: cid('Arial', 'UniGB-UCS2-H', 'GB1') }
const hex = (text: string) => Buffer.from(text, 'utf16le').swap16().toString('hex')
const foreign = (font: keyof typeof fonts, text: string, more = '') => `BT ${more} /${font} 40 Tf 72 700 Td <${hex(text)}> Tj ET\n`
const page = (content: string, more: Partial<TestPage> = {}): TestPage => ({ width: 595, height: 842, content, ...more })
const pdf = (...pages: readonly TestPage[]) => writePdf({ pages, fonts })
/** Where `foreign` writes, in shares of the page. */
const line = [0.12, 0.11, 0.35, 0.17] as const

describe('letters whose font neither the file nor the computer has', () => {
  let fixture: DocumentFixture
  beforeAll(async () => {
    fixture = await documentFixture()
  })
  afterAll(() => fixture.remove())

  test('are told, with file, page and font; other pages are read', async () => {
    const document = await fixture.open(pdf(page(textAt(72, 700, 'Fine')), page(textAt(72, 600, 'Total 12.50') + foreign('C', '发票金额'))), 'invoice.pdf')
    expect((await document.page(1)).text).toBe('Fine')
    await expect(document.page(2)).rejects.toMatchObject({ code: 'PAGE_FONTS_MISSING', params: { name: 'invoice.pdf', page: 2, fonts: 'STSong-Light' } })
  })

  test('are told where the file does not even say what letters they are', async () => {
    const document = await fixture.open(pdf(page(foreign('U', '发票'))), 'unknown.pdf')
    await expect(document.page(1)).rejects.toMatchObject({ code: 'PAGE_FONTS_MISSING', params: { page: 1, fonts: 'SimSun' } })
  })

  test.each([0, 90, 180, 270] as const)('are told on a page turned by %i degrees', async (rotate) => {
    const document = await fixture.open(pdf(page(`0.9 g 0 0 595 400 re f 0 g ${foreign('C', '发票')}`, { rotate })))
    await expect(document.page(1)).rejects.toMatchObject({ code: 'PAGE_FONTS_MISSING' })
  })

  test('do not matter where they are not to be seen, or lie under the picture of a scan', async () => {
    const scan = { width: 60, height: 80, rgb: new Uint8Array(60 * 80 * 3).map((_, index) => (index * 37) % 256) }
    const document = await fixture.open(pdf(page(foreign('C', '发票', '3 Tr')), page(`${foreign('C', '发票金额')} q 595 0 0 842 0 0 cm /Im0 Do Q`, { images: [scan] })))
    expect((await document.page(1)).text).toBe('发票')
    expect((await document.page(2)).text).toBe('发票金额')
  })

  test('do not matter where they are a symbol or two among many others', async () => {
    const words = 'Rated at 12 for every circuit '.repeat(3)
    const few = await fixture.open(pdf(page(textAt(20, 600, words, 8) + foreign('G', 'Ω')), page(textAt(20, 600, words, 8) + foreign('C', '发票'))))
    expect((await few.page(1)).text).toContain('Rated')
    expect((await few.page(2)).text).toContain('Rated')
    const three = [page(textAt(20, 600, words, 8) + foreign('C', '发票金')), page([1, 2, 3].map((line) => textAt(20, 40 * line, words, 8)).join('') + foreign('C', '发票金'))]
    const document = await fixture.open(pdf(...three))
    await expect(document.page(1)).rejects.toMatchObject({ code: 'PAGE_FONTS_MISSING' })
    // Three of more than 200.
    expect((await document.page(2)).text).toContain('Rated')
  })

  test('are told in the field of a form', async () => {
    const fields = [{ name: 'buyer', value: '', box: [200, 690, 400, 710] as const, bare: true }]
    // However much else the page says.
    const bytes = pdf(page(textAt(20, 600, 'The buyer and the seller agree '.repeat(3), 8), { fields })).toString('latin1').replace('/V <>', '/V <FEFF53D17968>')
    const document = await fixture.open(Buffer.from(bytes, 'latin1'), 'form.pdf')
    await expect(document.page(1)).rejects.toMatchObject({ code: 'PAGE_FONTS_MISSING', params: { name: 'form.pdf', page: 1 } })
  })
})

describe('a font of the computer', () => {
  let fixture: DocumentFixture
  let folder: ReturnType<typeof temporaryFolder>
  beforeAll(async () => {
    folder = temporaryFolder()
    mkdirSync(join(folder.path, 'deep/er'), { recursive: true })
    writeFileSync(join(folder.path, 'simsun.ttc'), 'not a font at all, but longer than its header')
    writeFileSync(join(folder.path, 'deep/er/SimHei.ttf'), writeFont('发票金额'))
    // The last of these four fonts is the one for traditional Chinese.
    writeFileSync(join(folder.path, 'NotoSansCJK-Regular.ttc'), writeFont('請求書', 4))
    fixture = await documentFixture({}, [join(folder.path, 'nowhere'), folder.path])
  })
  afterAll(async () => {
    await fixture.remove()
    folder.remove()
  })

  test('draws the letters that a file brings no font for', async () => {
    const document = await fixture.open(pdf(page(foreign('C', '发票金额'))))
    const read = await document.page(1)
    expect(read.text).toBe('发票金额')
    expect((await drawn(read)).ink(...line)).toBeGreaterThan(0.3)
  })

  test('is the right one of a file of several', async () => {
    const read = await (await fixture.open(pdf(page(foreign('T', '請求書'))))).page(1)
    expect((await drawn(read)).ink(...line)).toBeGreaterThan(0.2)
  })

  test('that lacks some of them does not hide it', async () => {
    const document = await fixture.open(pdf(page(foreign('C', '邮邮邮发'))))
    await expect(document.page(1)).rejects.toMatchObject({ code: 'PAGE_FONTS_MISSING', params: { fonts: 'STSong-Light' } })
  })

  test('leaves Latin letters as they are drawn everywhere', async () => {
    const plain = await documentFixture()
    const bytes = pdf(page(textAt(72, 700, 'Total 12.50', 40)))
    const [here, there] = [await drawn(await (await fixture.open(bytes)).page(1)), await drawn(await (await plain.open(bytes)).page(1))]
    expect(here.ink(...line)).toBe(there.ink(...line))
    await plain.remove()
  })
})

test.each(['win32', 'darwin', 'linux'] as const)('the folders of %s hold fonts of the computer and of the person', (platform) => {
  const folders = fontFolders(platform, '/home/ann', { SystemRoot: 'C:\\Windows', LOCALAPPDATA: 'C:\\Users\\ann\\AppData\\Local' })
  expect(folders.length).toBeGreaterThan(1)
  expect(folders.some((folder) => folder.includes('ann'))).toBe(true)
})

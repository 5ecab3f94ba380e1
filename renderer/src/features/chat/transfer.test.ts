import { describe, expect, test } from 'vitest'
import { dropped, hostOf, pasted } from './transfer.ts'

/** What a browser hands over: texts by type, and files. */
function transfer(texts: Readonly<Record<string, string>>, files: readonly File[] = [], folders: readonly string[] = []): DataTransfer {
  const items = [
    ...files.map((file) => ({ webkitGetAsEntry: () => ({ isDirectory: false, name: file.name }), getAsFile: () => file })),
    ...folders.map((name) => ({ webkitGetAsEntry: () => ({ isDirectory: true, name }), getAsFile: () => null })),
    ...Object.keys(texts).map(() => ({ webkitGetAsEntry: () => null, getAsFile: () => null })),
  ]
  return { items, files, getData: (type: string) => texts[type] ?? '' } as unknown as DataTransfer
}

const file = (name: string, type = '') => new File(['x'], name, { type })
const names = ({ files }: { readonly files: readonly File[] }) => files.map(({ name }) => name)

describe('a paste', () => {
  test.each([
    ['image/png', 'Pasted picture.png'],
    ['image/bmp', 'Pasted picture.bmp'],
    ['image/x-ms-bmp', 'Pasted picture.bmp'],
    ['image/svg+xml', 'Pasted picture.svg'],
    ['image/tiff', 'Pasted picture.tiff'],
  ])('of a picture without a file, as %s', (type, name) => {
    expect(names(pasted(transfer({}, [file('image.png', type)]), 'Pasted picture'))).toEqual([name])
  })

  test.each([
    ['Finder', 'bill.pdf\nscan 2.tif'],
    ['Nautilus', 'copy\nfile:///home/a/bill.pdf\nfile:///home/a/scan%202.tif'],
    ['Explorer', 'C:\\Users\\a\\bill.pdf\r\nC:\\Users\\a\\scan 2.tif'],
  ])('of files that were copied in %s, which puts their names beside them', (_where, text) => {
    expect(names(pasted(transfer({ 'text/plain': text }, [file('bill.pdf'), file('scan 2.tif')]), 'x'))).toEqual(['bill.pdf', 'scan 2.tif'])
  })

  test('of a table is text, though its picture lies beside it', () => {
    expect(pasted(transfer({ 'text/plain': '1\t2', 'text/html': '<table></table>' }, [file('image.png', 'image/png')]), 'x')).toEqual({ files: [], folders: [], addresses: [] })
  })

  test('of a drawing in SVG is a picture, of words about one is text', async () => {
    const [drawing] = pasted(transfer({ 'text/plain': '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"></svg>' }), 'x').files
    expect([drawing?.name, await drawing?.text()]).toEqual(['x.svg', expect.stringContaining('<svg')])
    expect(pasted(transfer({ 'text/plain': 'What is <svg></svg>' }), 'x').files).toEqual([])
  })

  test('of nothing is nothing', () => {
    expect(pasted(null, 'x')).toEqual({ files: [], folders: [], addresses: [] })
    expect(pasted(transfer({ 'text/plain': 'a question' }), 'x')).toEqual({ files: [], folders: [], addresses: [] })
  })
})

describe('a drop', () => {
  test('of files and folders tells them apart', () => {
    const found = dropped(transfer({}, [file('a.heic')], ['Holiday']), 'x')
    expect([names(found), found.folders]).toEqual([['a.heic'], ['Holiday']])
  })

  test('of a picture out of a browser that comes as a file is that file', () => {
    expect(dropped(transfer({ 'text/uri-list': 'https://example.org/a.png' }, [file('a.png', 'image/png')]), 'x')).toMatchObject({ addresses: [], files: [{ name: 'a.png' }] })
  })

  test('of a picture out of a browser without its bytes is its address', () => {
    const found = dropped(transfer({ 'text/uri-list': '# a comment\r\nhttps://example.org:8080/a.png?b' }), 'x')
    expect(found).toEqual({ files: [], folders: [], addresses: ['https://example.org:8080/a.png?b'] })
    expect(hostOf(found.addresses[0]!)).toBe('example.org:8080')
  })
})

import { expect, test } from 'vitest'
import { hasPages } from './hasPages.ts'

test.each([
  ['%PDF-1.7\n', true],
  [`${'-'.repeat(500)}\r\n%PDF-1.4`, true],
  ['II*\0rest', true],
  ['MM\0*rest', true],
  ['II+\0rest', true],
  ['\x89PNG\r\n', false],
  [`${'-'.repeat(1024)}%PDF-1.4`, false],
  ['', false],
])('%j: %s', async (start, pages) => {
  expect(await hasPages(new Blob([Uint8Array.from(start, (char) => char.charCodeAt(0))]))).toBe(pages)
})

test('a file that cannot be read has none', async () => {
  const gone = { slice: () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }) } as unknown as Blob
  expect(await hasPages(gone)).toBe(false)
})

import { expect, it } from 'vitest'
import { splitBlocks } from './blocks.ts'
import { tableCells, tableCsv } from './table.ts'

function csv(markdown: string): string {
  const [block] = splitBlocks(markdown)
  if (block?.kind !== 'table') throw new Error('no table')
  return tableCsv(tableCells(block.token))
}

it('copies what a table says, without marks', () => {
  expect(csv('| **what** | [price](https://a.example) | $x^2$ |\n| - | - | - |\n| a "b", c | `1` | ![cat](x) |\n')).toBe('what,price,x^2\r\n"a ""b"", c",1,cat\r\n')
})

it('keeps a spreadsheet from running what a cell holds; numbers stay numbers', () => {
  expect(csv('| a |\n| - |\n| =HYPERLINK("http://a") |\n| -5.20 |\n| +cmd |\n| @x |\n| -12 % |\n')).toBe(`a\r\n"'=HYPERLINK(""http://a"")"\r\n-5.20\r\n'+cmd\r\n'@x\r\n-12 %\r\n`)
})

import { expect, it } from 'vitest'
import { makeSnippet } from './snippet.ts'
import { foldCase, parseTerms, spellingsOf } from './terms.ts'

const marked = (text: string, query: string): string[] => {
  const { text: shown, marked } = makeSnippet(text, parseTerms(query).all)
  return marked.map(({ start, end }) => shown.slice(start, end))
}

it.each([
  ['The Total is 5', 'total', ['Total']],
  ['The Total is 5', '5 the', ['The', '5']],
  ['发票总额为五元', '总额', ['总额']],
  ['say “very well” and well', '"very well"', ['very well']],
  ['aaaa', 'aaa aa', ['aaaa']],
  ['a 5" pipe', '5"', ['5"']],
  ['İstanbul and Straße', 'straße', ['Straße']],
  ['😀😀 smile', 'smile', ['smile']],
])('marks in %j what %j asks for', (text, query, found) => {
  expect(marked(text, query)).toEqual(found)
})

it('shows the place in a long text, on one line and without halves of a character', () => {
  const snippet = makeSnippet(`${'😀'.repeat(100)}needle\n${'😀'.repeat(100)}`, ['needle'])
  expect(snippet).toMatchObject({ cutBefore: true, cutAfter: true })
  expect(snippet.text).toMatch(/^(😀)+needle (😀)+$/u)
  expect(snippet.text.length).toBeLessThan(170)
  expect(makeSnippet('short', ['or'])).toMatchObject({ text: 'short', cutBefore: false, cutAfter: false })
})

it('begins with a whole word where one begins nearby', () => {
  expect(makeSnippet(`${'word '.repeat(30)}needle`, ['needle']).text).toMatch(/^word /)
})

it('takes apart what was typed', () => {
  expect(parseTerms('  The  "Sales Tax"  of 发票 the ')).toEqual({ all: ['the', 'sales tax', 'of', '发票'], long: ['the', 'sales tax'] })
  expect(parseTerms(' "" ').all).toEqual(['""'])
  expect(parseTerms('   ').all).toEqual([])
})

it('keeps the length of a text whose lower case is longer', () => {
  expect(foldCase('İA')).toBe('İa')
  expect(spellingsOf('äb')).toEqual(['äb', 'Äb', 'äB', 'ÄB'])
})

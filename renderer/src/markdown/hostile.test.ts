import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitBlocks } from './blocks.ts'
import { highlight } from './highlight.ts'
import { proseHtml, visibleHtml } from './escape.ts'
import { splitHidden } from './hidden.ts'
import { lex } from './lex.ts'
import { firstPart, stretches } from './part.ts'
import { AnswerRenderer } from './render.ts'

const renderer = new AnswerRenderer({ picture: '' }, null)

/** How deep elements stand in each other. */
function depth(html: string): number {
  let now = 0, most = 0
  for (const [, end, name = ''] of html.matchAll(/<(\/?)([a-z0-9]+)/g)) {
    if (name === 'br' || name === 'hr') continue
    now += end === '' ? 1 : -1
    most = Math.max(most, now)
  }
  return most
}

describe('what is too deep or too long', () => {
  const many = 20_000
  it.each([
    ['quotes', '>'.repeat(many)],
    ['quotes with spaces', `${'> '.repeat(many)}x`],
    ['lists', `${'- '.repeat(many)}x`],
    ['numbered lists', `${'1. '.repeat(many)}x`],
    ['quotes line by line', Array.from({ length: 200 }, (_, at) => `${'> '.repeat(at)}a`).join('\n')],
    ['lists line by line', Array.from({ length: 200 }, (_, at) => `${' '.repeat(2 * at)}- a`).join('\n')],
    ['emphasis', `${'*_'.repeat(3_500)}x${'_*'.repeat(3_500)}`.slice(0, 7_999)],
    ['brackets', '['.repeat(many)],
    ['pictures', '!['.repeat(many)],
    ['one word', 'x'.repeat(many)],
  ])('%s become text that is all there', (_, markdown) => {
    const { html } = renderer.render(lex(markdown))
    expect(depth(html)).toBeLessThan(60)
    expect(html.replace(/<[^>]*>/g, '').length).toBeGreaterThan(0)
  })

  it.each([
    ['alone', '|'.repeat(500_000)],
    ['over a line', `${'|'.repeat(500_000)}\nx`],
    ['over one as under a header', `${'|'.repeat(500_000)}\n|-|`],
    ['that follow a line', `x\n${'|'.repeat(500_000)}`],
  ])('a line of bars %s is read to its end', (_, markdown) => {
    expect(lex(markdown).map(({ raw }) => raw).join('')).toBe(markdown)
  })

  it('does not grow into millions of cells: a wide header over short rows is text', () => {
    const html = renderer.render(lex(`|${'a|'.repeat(3_000)}\n|${'-|'.repeat(3_000)}\n${'b\n'.repeat(10_000)}`)).html
    expect(html).not.toContain('<table')
    expect(html.length).toBeLessThan(200_000)
    expect(splitBlocks('a | b\n-|-\n1 | 2').map(({ kind }) => kind)).toEqual(['table'])
    expect(splitBlocks(`|a|b|\n|-|-|\n${'|1|2|\n'.repeat(3_000)}`).map(({ kind }) => kind)).toEqual(['table'])
  })

  it('does not repeat a long address as often as it is used', () => {
    const html = renderer.render(lex(`${'[b] '.repeat(1_900)}\n\n![b]\n\n[b]: https://a.example/${'x'.repeat(30_000)}`)).html
    expect(html.length).toBeLessThan(20_000)
  })

  it('is cut at the end of a line near the limit, else at a whole character', () => {
    expect(firstPart('ab\ncd\nef', 7)).toBe('ab\ncd')
    expect(firstPart(`${'x'.repeat(3000)}😀`, 3001)).toHaveLength(3000)
    expect(firstPart('short', 50)).toBe('short')
  })

  it('is laid out in stretches that are all of it', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('word ', 'x'.repeat(999), '😀', '\n', ' '), { maxLength: 40 }), (parts) => stretches(parts.join('')).join('') === parts.join('')))
    expect(stretches('😀'.repeat(2001)).every((part) => !/\p{Cs}/u.test(part) && part.length <= 4000)).toBe(true)
  })

  it('loses no word of a long paragraph', () => {
    const text = 'word '.repeat(5_000).trim()
    const [block] = splitBlocks(text)
    expect(block?.kind === 'markup' && renderer.render([block.token]).html).toMatch(/^<p>(?:<span class="stretch">[^<]{3600,4000}<\/span>)+<span class="stretch">[^<]+<\/span><\/p>\n$/)
    expect(block?.kind === 'markup' && renderer.render([block.token]).html.replace(/<[^>]*>/g, '').trim()).toBe(text)
  })
})

describe('hidden characters', () => {
  const names = (text: string, where: 'code' | 'prose') => splitHidden(text, where).filter(({ hidden }) => hidden).map(({ text: name }) => name)

  it('are all named in code, but tabs, line ends and the joiners of emoji', () => {
    expect(names('a\u202Eb\u2066c\u200Bd\u200De\uFEFFf\0g\u{E0041}h\uD800i\u3164\t\n', 'code')).toEqual(['U+202E', 'U+2066', 'U+200B', 'U+200D', 'U+FEFF', 'U+0000', 'U+E0041', 'U+D800', 'U+3164'])
    expect(names('👩\u200D💻 👩🏽\u200D💻 ❤️\u200D🔥', 'code')).toEqual([])
  })

  it('are named in prose where no language is written with them', () => {
    expect(names('می\u200Cخواهم \u200Fא क\u094D\u200Dष', 'prose')).toEqual([])
    expect(names('a\u202Eb\u2069c\0d\u{E0041}', 'prose')).toEqual(['U+202E', 'U+2069', 'U+0000', 'U+E0041'])
  })

  it('are one mark with all that follows them after very many, and no element of the answer’s own', () => {
    const text = `${'a\u202E'.repeat(400)}<b>`
    const pieces = splitHidden(text, 'prose')
    expect(pieces).toHaveLength(601)
    expect(pieces.at(-1)).toEqual({ text: `${'aU+202E'.repeat(100)}<b>`, hidden: true })
    for (const html of [visibleHtml(text, 'prose'), proseHtml(text)]) {
      expect(html.match(/</g)).toHaveLength(602)
      expect(html).not.toContain('<b')
    }
  })

  it('leave all other text as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const kept = splitHidden(text, 'code').map((piece) => (piece.hidden ? String.fromCodePoint(parseInt(piece.text.slice(2), 16)) : piece.text))
        expect(kept.join('')).toBe(text)
      }),
    )
  })
})

describe('highlighting', () => {
  it('keeps every character of the code', () => {
    const part = fc.constantFrom('<', '>', '&', '"', "'", '</span>', '<span class="hljs-x">', '&lt;', '`${', '}', '/*', '*/', '//', '\n', '#', '"""', 'def f(x):', 'class A', '\\', '1.5e3', '😀', '\u202E')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), fc.constantFrom('javascript', 'python', 'html', 'json', 'bash', 'php', 'markdown', 'sql'), (parts, language) => {
        expect(highlight(parts.join(''), language)?.map(({ text }) => text).join('')).toBe(parts.join(''))
      }),
      { numRuns: 300 },
    )
  })

  it('tells kinds of words apart, and leaves languages it does not know alone', () => {
    expect(highlight('const a = 1', 'ts')?.filter(({ scope }) => scope !== '')).toEqual([{ text: 'const', scope: 'keyword' }, { text: '1', scope: 'number' }])
    expect(highlight('a', 'klingon')).toBeNull()
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readableAddress } from './address.ts'
import { allowedAttributes, allowedTags } from './allowed.ts'
import { splitBlocks } from './blocks.ts'
import { lex } from './lex.ts'
import { AnswerRenderer } from './render.ts'

const renderer = new AnswerRenderer({ picture: 'Picture, not loaded:' }, (tex) => `<math><mi>${tex.replaceAll('<', '')}</mi></math>`)
const render = (markdown: string) => renderer.render(lex(markdown)).html

/** Tags and attributes of some HTML, read by its own rules rather than ours: whatever follows a `<` counts. */
function elements(html: string): { tag: string; attributes: string[] }[] {
  return [...html.matchAll(/<\/?([^\s>/]*)((?:[^>"']|"[^"]*"|'[^']*')*)>?/g)].map(([, tag = '', rest = '']) => ({
    tag: tag.toLowerCase(),
    attributes: [...rest.matchAll(/([^\s=/"']+)\s*(?:=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?/g)].map(([, name = '']) => name.toLowerCase()),
  }))
}

function foreign(html: string): string[] {
  const tags: ReadonlySet<string> = new Set([...allowedTags, 'math', 'mi'])
  const names: ReadonlySet<string> = new Set(allowedAttributes)
  return elements(html).flatMap(({ tag, attributes }) => [...(tags.has(tag) ? [] : [tag]), ...attributes.filter((name) => !names.has(name))])
}

const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  'text <b onclick="alert(1)">bold</b> text',
  '<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<style>@import "https://tracker.example/x.css"</style>',
  '![a](https://tracker.example/pixel.png)',
  '![a](https://tracker.example/pixel.png "onerror=alert(1)")',
  '![" onerror="alert(1)](x)',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\u0000script:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '[x](file:///etc/passwd)',
  '[x](https://a.example/"onmouseover="alert(1))',
  '<https://a.example/"><script>alert(1)</script>>',
  '| a |\n| - |\n| <script>alert(1)</script> |',
  '- <form action=https://a.example><input name=q></form>',
  '> <object data=x></object>',
  '# <base href=https://a.example/>',
  '<!-- --><script>alert(1)</script>',
  '<![CDATA[<script>alert(1)</script>]]>',
  '`<script>alert(1)</script>`',
  '[a][b]\n\n[b]: javascript:alert(1)',
  '- [x] <details open ontoggle=alert(1)>',
]

describe('markdown of an answer', () => {
  it.each(hostile)('lets nothing foreign through: %s', (markdown) => {
    expect(foreign(render(markdown))).toEqual([])
  })

  it('lets nothing foreign through, whatever is put together', () => {
    const piece = fc.oneof(fc.constantFrom(...hostile), fc.string(), fc.constantFrom('<', '>', '"', "'", '`', '](', '![', '\n', '\n\n', '    ', '|', '- '))
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        expect(foreign(render(pieces.join('')))).toEqual([])
      }),
    )
  })

  it('shows raw HTML as the text it is', () => {
    expect(render('a <b>c</b>')).toBe('<p>a &#60;b&#62;c&#60;/b&#62;</p>\n')
  })

  it('makes a link a button that carries the whole address', () => {
    expect(render('[shop](https://a.example/x?y=1&z=2)')).toBe(
      '<p><button type="button" class="address" data-address="https://a.example/x?y=1&#38;z=2">shop</button></p>\n',
    )
  })

  it('leaves only the words of a link it does not offer', () => {
    expect(render('[shop](javascript:alert)')).toBe('<p>shop</p>\n')
  })

  it('shows a picture as a box with its address, which can be asked for', () => {
    expect(render('![a cat](https://a.example/cat.png)')).toBe(
      '<p><span class="picture"><span class="picture-label">Picture, not loaded:</span> <span>a cat</span> <button type="button" class="address" data-address="https://a.example/cat.png">https://a.example/cat.png</button></span></p>\n',
    )
  })

  it('puts no button into another one: of a picture in a link only the address stands', () => {
    expect(render('[![a](https://a.example/b.png)](https://c.example)').match(/<button/g)).toHaveLength(1)
  })

  it('shows the beginning of an address that is the picture itself', () => {
    expect(render(`![a](data:image/svg+xml;base64,${'A'.repeat(5000)})`).length).toBeLessThan(500)
  })

  it('marks what would turn text around, and all that hides in code', () => {
    expect(render('a \u202Eb `c\u200Bd`')).toBe('<p>a <span class="hidden-character">U+202E</span>b <code>c<span class="hidden-character">U+200B</span>d</code></p>\n')
    expect(render('&#x202e;&#8238;&#65;&copy;')).toBe('<p><span class="hidden-character">U+202E</span><span class="hidden-character">U+202E</span>A&copy;</p>\n')
  })

  it('writes text after an opening tag of raw HTML as text as well', () => {
    expect(render('a <kbd> &lt;b <i>')).toBe('<p>a &#60;kbd&#62; &lt;b &#60;i&#62;</p>\n')
  })

  it('gives every heading the level below the answer’s own', () => {
    expect(render('# a\n\n###### b')).toBe('<h3 class="rank-1">a</h3>\n<h3 class="rank-6">b</h3>\n')
  })
})

describe('an address', () => {
  it('shows look-alike letters as Punycode and drops a name that poses as the host', () => {
    expect(readableAddress('https://аpple.com/')).toBe('https://xn--pple-43d.com/')
    expect(readableAddress('https://bank.example@evil.example/')).toBe('https://evil.example/')
  })
})

describe('blocks', () => {
  it('keeps every block but the last while text grows', () => {
    const text = '# Title\n\nFirst paragraph\nof two lines.\n\n- one\n- two\n\n```json\n{ "a": 1 }\n```\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\nEnd.'
    const whole = splitBlocks(text)
    for (let end = 1; end < text.length; end++) {
      const before = splitBlocks(text.slice(0, end))
      const settled = before.slice(0, -1).map((block) => (block.kind === 'code' ? block.code : block.raw.trimEnd()))
      expect(settled).toEqual(whole.slice(0, settled.length).map((block) => (block.kind === 'code' ? block.code : block.raw.trimEnd())))
    }
  })

  it('does not take the first dash of a list for the line under a heading', () => {
    expect(splitBlocks('1. Then the tax\n   -').map((block) => block.kind === 'markup' && render(block.raw))).toEqual(['<ol>\n<li>Then the tax</li>\n</ol>\n'])
  })

  it('takes a table out of what stands around it', () => {
    expect(splitBlocks('a\n\n| a |\n| - |\n| 1 |\n\nb').map(({ kind }) => kind)).toEqual(['markup', 'table', 'markup'])
  })

  it('takes an unfinished fence for code already', () => {
    expect(splitBlocks('```json title\n{ "a":')).toEqual([{ kind: 'code', language: 'json', code: '{ "a":' }])
  })
})

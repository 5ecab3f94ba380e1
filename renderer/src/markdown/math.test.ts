import { describe, expect, it } from 'vitest'
import { lex } from './lex.ts'
import { AnswerRenderer } from './render.ts'
import { texToMathml } from './tex.ts'

const renderer = new AnswerRenderer({ picture: '' }, (tex, display) => `[${display ? 'display' : 'inline'}:${tex}]`)
const render = (markdown: string) => renderer.render(lex(markdown)).html.trim()

describe('a formula', () => {
  it.each([
    ['The area is $\\pi r^2$.', '<p>The area is [inline:\\pi r^2].</p>'],
    ['$x$ and $y$', '<p>[inline:x] and [inline:y]</p>'],
    ['$5$', '<p>[inline:5]</p>'],
    ['$2x + 3 = 7$', '<p>[inline:2x + 3 = 7]</p>'],
    ['\\(a_1 * b_1\\)', '<p>[inline:a_1 * b_1]</p>'],
    ['so \\[x = 1\\] holds', '<p>so <span class="formula">[display:x = 1]</span> holds</p>'],
    ['$$\nx^2\n$$', '<span class="formula">[display:x^2]</span>'],
    ['\\[\nx^2\n\\]\nthen', '<span class="formula">[display:x^2]</span><p>then</p>'],
    ['Text\n$$x$$\nmore', '<p>Text</p>\n<span class="formula">[display:x]</span><p>more</p>'],
    ['- item $a_i$', '<ul>\n<li>item [inline:a_i]</li>\n</ul>'],
    ['$\\text{cost} = \\$5$', '<p>[inline:\\text{cost} = \\$5]</p>'],
  ])('is found in %j', (markdown, html) => expect(render(markdown)).toBe(html))

  it.each([
    'It costs $5 and $10.',
    'From $5 to $10, or 20$ more',
    '$5-$10',
    '$5/$6/$7',
    'US$5 and A$6$',
    '$5 per person, so 3 people make 15$.',
    '**$5** or **$6**',
    '$ 5 $',
    'echo $HOME/$USER',
    'the $price is high$',
    '`$a$`',
    'a \\$x$ b',
    '$1,000.50 and $2,000.50',
  ])('is not found in %j', (markdown) => expect(render(markdown)).not.toMatch(/\[(?:inline|display):/))

  it('is none over a blank line, so that a mark left open harms one paragraph', () => {
    expect(render('$$\na\n\nb\n$$')).not.toContain('display')
    expect(render('\\[\na\n\nb\n\\]')).not.toContain('display')
  })

  it('is shown as it was written while nothing can set it', () => {
    expect(new AnswerRenderer({ picture: '' }, null).render(lex('$a<b$'))).toEqual({ html: '<p><code>a&#60;b</code></p>\n', hasMath: true })
  })
})

describe('TeX', () => {
  it('becomes MathML', () => {
    expect(texToMathml('\\frac{1}{2}', false)).toMatch(/^<math.*<mfrac><mn>1<\/mn><mn>2<\/mn><\/mfrac>/)
  })

  it.each([
    ['a link', '\\href{javascript:alert(1)}{x}'],
    ['an address', '\\url{https://a.example}'],
    ['a picture', '\\includegraphics{https://a.example/x.png}'],
    ['a class', '\\class{a}{b}'],
    ['HTML', '\\htmlClass{a}{b}'],
    ['a style', '\\style{color:red}{x}'],
    ['a macro that calls itself', '\\def\\a{\\a\\a}\\a'],
    ['macros that double', `${Array.from('abcdefghijklmnopqrstuvwxy', (name, at) => `\\def\\${name}{\\${'bcdefghijklmnopqrstuvwxyz'[at] ?? ''}\\${'bcdefghijklmnopqrstuvwxyz'[at] ?? ''}}`).join('')}\\def\\z{xx}\\a`],
    ['braces without end', '{'.repeat(1900)],
    ['more than a formula', 'x'.repeat(2001)],
    ['a hidden character', 'a\\text{\u202Eb}'],
    ['an unknown command', '\\nosuch'],
  ])('is left as it is where it has %s', (_, tex) => expect(texToMathml(tex, true)).toBeNull())

  it('has no styles, which the page forbids, and keeps text that looks like one', () => {
    expect(texToMathml('\\begin{pmatrix}a&b\\end{pmatrix}\\color{red}x\\kern-999em', true)).not.toContain('style=')
    expect(texToMathml('\\text{ style="a"}', false)).toMatch(/style=(?:&quot;|&#34;)a/)
  })

  it('keeps macros of one formula from the next', () => {
    texToMathml('\\gdef\\foo{x}\\foo', false)
    expect(texToMathml('\\foo', false)).toBeNull()
  })
})

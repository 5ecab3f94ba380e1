import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitBlocks, type Block } from './blocks.ts'
import { GrowingMarkdown } from './GrowingMarkdown.ts'

const pieces = [
  'A paragraph', ' that goes on', '\n', '\n\n', '- one\n', '- two\n', '  - nested\n', '1. first\n', '10. tenth\n', '-', '=', '---\n', '# Title\n', '## Sub\n',
  '```json\n', '{ "a": 1 }\n', '```\n', '~~~\n', '| a | b |\n| - | - |\n', '| 1 | 2 |\n', '> quoted\n', '    indented\n', '**bold**', '`code`', '<div>\n', '</div>\n', '* * *\n', '\r\n', '\t', ' ', '$$\n', '$$', '$x$', '\\[\n', '\\]\n', '\\(y\\)',
]

const shape = (blocks: readonly Block[]) => blocks.map((block) => (block.kind === 'code' ? block : { kind: block.kind, raw: block.raw.trimEnd() }))

describe('GrowingMarkdown', () => {
  it('splits text that grows as it would split it at once', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 30 }), (parts) => {
        const growing = new GrowingMarkdown()
        let text = ''
        for (const part of parts) {
          text += part
          expect(shape(growing.split(text))).toEqual(shape(splitBlocks(text)))
        }
      }),
      { numRuns: 5000 },
    )
  })

  it('starts anew where the text is another one', () => {
    const growing = new GrowingMarkdown()
    growing.split('# One\n\nTwo\n\nThree\n\nFour')
    expect(shape(growing.split('Another'))).toEqual(shape(splitBlocks('Another')))
  })
})

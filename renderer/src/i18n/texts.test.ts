import { describe, expect, it } from 'vitest'
import { errorCodes } from '../../../main/contract/errors/codes.ts'
import { english } from '../../../main/contract/errors/texts.en.ts'
import { simplifiedChinese } from '../../../main/contract/errors/texts.zh.ts'
import { en } from './en.ts'
import { Words } from './Words.svelte.ts'
import { zhCN } from './zh-CN.ts'

const holes = (sentence: string) => [...new Set([...sentence.matchAll(/{{(\w+)}}/g)].map(([, name]) => name))].sort()
const filled = (sentence: string) => Object.fromEntries(holes(sentence).map((name) => [name ?? '', `<${name}>`]))

describe('the words of the screen', () => {
  it.each([
    ['screen', en, zhCN],
    ['errors', english, simplifiedChinese],
  ] as const)('say the same in both languages: %s', (_name, first, second) => {
    const needed = (texts: Readonly<Record<string, string>>) => Object.entries(texts).map(([key, sentence]) => [key, holes(sentence)])
    expect(needed(second)).toEqual(needed(first))
  })

  it('turn every error code into a whole sentence in both languages', () => {
    for (const [language, texts] of [['en', english], ['zh-CN', simplifiedChinese]] as const) {
      const words = new Words(language)
      for (const code of errorCodes) {
        const sentence = words.failure(code, filled(texts[code]))
        expect(sentence).not.toBe(code)
        expect(sentence).not.toMatch(/{{|undefined/)
        for (const name of holes(texts[code])) expect(sentence).toContain(`<${name}>`)
      }
    }
  })

  it('ask an error\'s reader for nothing that only the screen has, since the command line says the same', () => {
    for (const sentence of [...Object.values(english), ...Object.values(simplifiedChinese)]) expect(sentence).not.toMatch(/\b(press|click|button)|按“|点击/i)
  })

  it('put values in as they are, without escaping them for HTML', () => {
    expect(new Words('en').failure('IMAGE_EMPTY', { name: 'a & b <1>.png' })).toBe('a & b <1>.png is empty (0 bytes). Choose another file.')
  })

  it('say what a file looks like in the language of the sentence', () => {
    const error = { code: 'IMAGE_UNSUPPORTED', params: { name: 'a.png', found: 'heic' } } as const
    expect(new Words('en').error(error)).toMatch(/^a\.png is a picture \(HEIC\), /)
    expect(new Words('zh-CN').error(error)).toMatch(/^a\.png 是图片（HEIC），/)
  })

  it('count', () => {
    const words = new Words('en')
    expect([words.tokens(1), words.tokens(2048), new Words('zh-CN').tokens(2048)]).toEqual(['1 token', '2,048 tokens', '2,048 词元'])
  })

  it('show a code that is newer than the page with its parameters', () => {
    expect(new Words('en').failure('FROM_THE_FUTURE', { a: 1 })).toBe('FROM_THE_FUTURE {"a":1}')
  })
})

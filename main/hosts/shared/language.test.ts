import { expect, it } from 'vitest'
import { english } from '../../contract/errors/texts.en.ts'
import { errorSentence } from './errorSentence.ts'
import { languageOfEnvironment, systemLocale } from './language.ts'

it.each([
  [{ LANG: 'zh_CN.UTF-8' }, 'zh-CN'],
  [{ LANG: 'zh_TW' }, 'zh-CN'],
  [{ LANG: 'de_DE.UTF-8@euro' }, 'en'],
  [{ LANG: 'zh_CN.UTF-8', LC_ALL: 'C' }, 'en'],
  [{ LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_CN' }, 'zh-CN'],
  [{ LANG: 'zh_CN', LC_ALL: '' }, 'zh-CN'],
  [{ LANG: 'POSIX' }, 'en'],
])('%j speaks %s', (env, language) => {
  expect(languageOfEnvironment(env)).toBe(language)
})

it('writes the locale as BCP 47, the system\'s where nothing is set', () => {
  expect(systemLocale({ LANG: 'pt_BR.UTF-8' })).toBe('pt-BR')
  expect(systemLocale({})).toBe(Intl.DateTimeFormat().resolvedOptions().locale)
})

it('fills a sentence with its parameters, unescaped, in both languages', () => {
  const error = { code: 'FILE_MISSING', params: { path: '/a & <b>/{{c}}' } } as const
  expect(errorSentence(error, 'en')).toBe('There is no file at /a & <b>/{{c}}. Check the path and try again.')
  expect(errorSentence(error, 'zh-CN')).toBe('找不到文件 /a & <b>/{{c}}。请检查路径后重试。')
})

it('says what a file looks like in the language of the sentence', () => {
  const error = { code: 'IMAGE_UNSUPPORTED', params: { name: 'a.png', found: 'heic' } } as const
  expect(errorSentence(error, 'en')).toMatch(/^a\.png is a picture \(HEIC\), /)
  expect(errorSentence(error, 'zh-CN')).toMatch(/^a\.png 是图片（HEIC），/)
})

it('leaves no placeholder behind where all parameters are given', () => {
  for (const [code, text] of Object.entries(english)) {
    const names = [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '')
    const params = Object.fromEntries(names.map((name) => [name, `<${name}>`]))
    for (const language of ['en', 'zh-CN'] as const) {
      const sentence = errorSentence({ code: code as keyof typeof english, params }, language)
      expect(sentence).not.toContain('{{')
      for (const name of names) expect(sentence).toContain(`<${name}>`)
    }
  }
})

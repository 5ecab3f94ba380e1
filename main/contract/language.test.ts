import { expect, it } from 'vitest'
import { chooseLanguage, languageOf } from './language.ts'

it.each([
  ['zh-TW', 'zh-CN'],
  ['zh-Hans-CN', 'zh-CN'],
  ['zh_CN', 'zh-CN'],
  ['ZH', 'zh-CN'],
  ['en-GB', 'en'],
  ['de-DE', 'en'],
  ['zha', 'en'],
] as const)('the locale %s is spoken to in %s', (tag, language) => expect(languageOf(tag)).toBe(language))

it('follows the system only where no language was chosen', () => {
  expect([chooseLanguage('system', 'zh-TW'), chooseLanguage('system', 'fr'), chooseLanguage('en', 'zh-CN'), chooseLanguage('zh-CN', 'en-US')]).toEqual(['zh-CN', 'en', 'en', 'zh-CN'])
})

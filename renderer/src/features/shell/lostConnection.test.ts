import { expect, it } from 'vitest'
import { Words } from '../../i18n/Words.svelte.ts'
import { lostConnection } from './lostConnection.ts'

it('promises a connection that comes back by itself only of the same program', () => {
  const words = new Words('en')
  expect(lostConnection(words, 'browser')).toMatch(/by itself if the same program answers.*After a new start, open the address that the program prints/)
  expect(lostConnection(words, 'window')).toMatch(/quit LLaVA Desk and start it again/)
  expect(lostConnection(words, undefined)).toMatch(/by itself if the same program answers.*after a new start of the program, open LLaVA Desk anew/)
})

it('says three different things, in Chinese as well', () => {
  const words = new Words('zh-CN')
  const said = ([undefined, 'browser', 'window'] as const).map((host) => lostConnection(words, host))
  expect(new Set(said).size).toBe(3)
  for (const sentence of said) expect(sentence).toMatch(/\p{Script=Han}/u)
})

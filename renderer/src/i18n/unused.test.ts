import { expect, it } from 'vitest'
import { en } from './en.ts'

const sources = import.meta.glob<string>(['../**/*.{ts,svelte}', '!../i18n/**', '!../**/*.test.ts'], { query: '?raw', import: 'default', eager: true })

it('every sentence of the screen is on the screen somewhere', () => {
  const code = Object.values(sources).join('\n')
  expect(code).toContain('<Shell />')
  // The endings are added by the count.
  const used = (key: string) => code.includes(`'${key.replace(/_(one|other)$/, '')}'`)
  expect(Object.keys(en).filter((key) => !used(key))).toEqual([])
})

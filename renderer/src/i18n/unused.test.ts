import { expect, it } from 'vitest'
import { en } from './en.ts'

const sources = import.meta.glob<string>(['../**/*.{ts,svelte}', '!../i18n/{en,zh}*.ts', '!../**/*.test.ts'], { query: '?raw', import: 'default', eager: true })
const contract = import.meta.glob<string>(['../../../main/contract/**/*.ts', '!../../../main/contract/errors/**'], { query: '?raw', import: 'default', eager: true })

it('every sentence of the screen is on the screen somewhere', () => {
  const code = Object.values(sources).join('\n')
  expect(code).toContain('<Shell />')
  // The endings are added by the count.
  const whole = (key: string) => code.includes(`'${key.replace(/_(one|other)$/, '')}'`)
  // Keys put together on the spot, such as `plan.${kind}Hint`; what fills the gap must be a value that page or contract has.
  const patterns = [...code.matchAll(/words\.t\(`([a-z]+\.[^`]+)`/g)].map(([, text = '']) => new RegExp(`^${text.replaceAll('.', '\\.').replaceAll(/\$\{[^}]+\}/g, '(\\w+)')}$`))
  const values = code + Object.values(contract).join('\n')
  const composed = (key: string) => patterns.some((pattern) => pattern.exec(key)?.slice(1).every((value) => values.includes(`'${value}'`)) === true)
  expect(Object.keys(en).filter((key) => !whole(key) && !composed(key))).toEqual([])
})

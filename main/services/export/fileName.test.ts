import { expect, it } from 'vitest'
import { fileName } from './fileName.ts'

it('makes file names that every system takes', () => {
  const named = (wanted: string): string => fileName(wanted, 'csv', 'export')
  expect(named('Invoices of May')).toBe('Invoices of May.csv')
  expect(named('../../etc/passwd')).toBe('etc passwd.csv')
  expect(named('a:b*c?"<>|\\ d\u0000')).toBe('a b c d.csv')
  expect(named('发票')).toBe('发票.csv')
  expect(named('. .')).toBe('export.csv')
  expect(named('')).toBe('export.csv')
  expect(named('CON')).toBe('_CON.csv')
  expect(named('com1.old')).toBe('_com1.old.csv')
  expect(named('console')).toBe('console.csv')
  expect(named('exe\u202egpj')).toBe('exe gpj.csv')
  expect(named(`${'x'.repeat(79)}. y`)).toBe(`${'x'.repeat(79)}.csv`)
  expect(named('😀'.repeat(100))).toBe(`${'😀'.repeat(80)}.csv`)
  expect(named('half \ud83d')).toBe('half \ufffd.csv')
})

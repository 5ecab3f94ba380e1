import { describe, expect, it } from 'vitest'
import { checkCodes, type FailedCheck } from '../../../../main/contract/domains/extraction.ts'
import { Words } from '../../i18n/Words.svelte.ts'
import { runOf } from '../../state/testing/records.ts'
import { printedText, valueText } from './cellText.ts'
import { checkSentence } from './checkSentence.ts'

const { fields } = runOf([
  { type: 'table', name: 'items', label: 'Lines', columns: [{ type: 'money', name: 'amount', label: 'Amount' }] },
  { type: 'money', name: 'subtotal', label: 'Subtotal', currency: 'EUR' },
]).template
const en = new Words('en'), zh = new Words('zh-CN')
const say = (check: FailedCheck, words = en) => checkSentence(words, fields, fields[0]!, check)

describe('a failed check', () => {
  it('is told with its numbers and the names of its fields', () => {
    const sum: FailedCheck = { code: 'sum', params: { parts: 'items.amount', sum: 12.4, total: 'subtotal', found: 12.5 } }
    expect(say(sum)).toBe('“Lines: Amount” add up to 12.40, “Subtotal” says 12.50.')
    expect(say(sum, zh)).toBe('“Lines: Amount” 合计 12.40，而 “Subtotal” 为 12.50。')
    expect(say({ code: 'range', params: { min: 0 } })).toBe('Less than 0.')
    expect(say({ code: 'range', params: { value: '2030-01-01', max: '2026-11-30' } })).toBe('More than Nov 30, 2026.')
    expect(say({ code: 'range', params: { value: -3, min: 0, row: 2, column: 'amount' } })).toBe('Row 2, Amount: Less than 0.')
    expect(say({ code: 'length', params: { length: 90, most: 80, row: 3 } })).toBe('Entry 3: 90 characters; the template allows 80.')
    expect(say({ code: 'product', params: { product: 'items.amount', row: 2, result: 12, found: 12.5 } })).toBe('Row 2: the product is 12.00, “Lines: Amount” says 12.50.')
    expect(say({ code: 'order', params: { first: 'subtotal', then: 'items.amount', before: '12.5', after: '3' } })).toBe('“Subtotal” (12.5) must not be more than “Lines: Amount” (3).')
    expect(say({ code: 'order', params: { first: 'subtotal', then: 'items', before: '2026-11-30', after: '2026-11-01' } }, zh)).toBe('“Subtotal”（2026年11月30日）不应晚于 “Lines”（2026年11月1日）。')
    expect(say({ code: 'checksum', params: { kind: 'iban' } })).toBe('The check digits do not fit: this is no valid IBAN.')
  })

  it('is a whole sentence in both languages whatever it comes with', () => {
    for (const words of [en, zh]) {
      for (const code of checkCodes) {
        for (const params of [{}, { min: 1, max: 2, most: 3, kind: 'iban', parts: 'items.amount', sum: 1, total: 'subtotal', found: 2, value: 'x', length: 4, row: 1, product: 'subtotal', result: 3, first: 'subtotal', then: 'subtotal', before: '4', after: '3', field: 'subtotal', needs: 'items' }]) {
          expect(say({ code, params }, words)).not.toMatch(/{{|undefined|review\./)
        }
      }
    }
  })
})

describe('a value', () => {
  it('is written as the language has it', () => {
    const day = { type: 'date', earliest: null, latest: null } as const, money = { type: 'money', currency: 'EUR', min: null, max: null } as const
    expect([valueText(en, '2026-11-30', day), valueText(zh, '2026-11-30', day), valueText(en, 1234.5, money), valueText(en, true, { type: 'yesNo' }), valueText(zh, false, { type: 'yesNo' })]).toEqual(['Nov 30, 2026', '2026年11月30日', '1,234.50 EUR', 'Yes', '否'])
  })

  it('shows its print only where that says something else', () => {
    const day = { type: 'date', earliest: null, latest: null } as const
    const print = (printed: string) => printedText(en, { value: '2026-11-30', printed, confidence: 1 }, day)
    expect([print('30.11.26'), print('2026-11-30'), print(' Nov 30, 2026 ')]).toEqual(['30.11.26', null, null])
  })
})

import { describe, expect, test } from 'vitest'
import { passesChecksum } from './checksums.ts'
import type { ChecksumKind } from './checksums.ts'

/** The IBAN registry's own examples; VAT numbers that companies print on their pages, or that the countries' documents give as examples. */
const right: readonly (readonly [ChecksumKind, string])[] = [
  ['iban', 'DE89 3704 0044 0532 0130 00'], ['iban', 'GB29NWBK60161331926819'], ['iban', 'FR14 2004 1010 0505 0001 3M02 606'], ['iban', 'NL91 ABNA 0417 1643 00'], ['iban', 'ch93 0076 2011 6238 5295 7'], ['iban', 'NO93 8601 1117 947'], ['iban', 'MT84MALT011000012345MTLCAST001S'],
  ['luhn', '79927398713'], ['luhn', '4111 1111 1111 1111'], ['luhn', '49-0154-203237518'],
  ['vat', 'DE 136 695 976'], ['vat', 'ATU13585627'], ['vat', 'BE0428759497'], ['vat', 'NL004495445B01'], ['vat', 'FR40303265045'], ['vat', 'IT00743110157'], ['vat', 'ESA28015865'], ['vat', 'ES54362315K'], ['vat', 'ESX2482300W'], ['vat', 'DK13585628'], ['vat', 'FI20774740'],
  ['vat', 'EL094259216'], ['vat', 'GR094259216'], ['vat', 'HU12892312'], ['vat', 'LU15027442'], ['vat', 'MT11679112'], ['vat', 'PL8567346215'], ['vat', 'PT501964843'], ['vat', 'RO18547290'], ['vat', 'SE123456789701'], ['vat', 'SI50223054'], ['vat', 'SK2022749619'], ['vat', 'EE100931558'], ['vat', 'HR33392005961'], ['vat', 'GB980780684'], ['vat', 'CHE-107.787.577 IVA'],
]

describe('numbers with check digits', () => {
  test.each(right)('%s %s passes', (kind, number) => expect(passesChecksum(kind, number)).toBe(true))

  // Every one of these detects any single wrong digit in its proven part; the last two of a Swedish and of an older Dutch VAT number prove nothing.
  test.each(right)('%s %s with one digit changed does not', (kind, number) => {
    const places = [...number.matchAll(/\d/g)].map(({ index }) => index).slice(0, number.startsWith('SE') ? 10 : number.startsWith('NL00') ? 9 : undefined)
    const wrong = places.map((at) => number.slice(0, at) + String((Number(number[at]) + 1) % 10) + number.slice(at + 1))
    expect(wrong.filter((other) => passesChecksum(kind, other))).toEqual([])
  })

  test.each<[ChecksumKind, string]>([
    ['iban', ''], ['iban', 'DE89 3704 0044 0532 0130'], ['iban', 'XX89370400440532013000'], ['iban', 'hello'], ['luhn', ''], ['luhn', '0'], ['luhn', 'A11'], ['vat', ''], ['vat', 'DE'], ['vat', 'US123456789'], ['vat', '136695976'], ['vat', 'DE13669597'],
  ])('%s "%s" is none', (kind, number) => expect(passesChecksum(kind, number)).toBe(false))
})

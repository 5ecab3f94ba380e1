/** Lengths of an IBAN by country: the IBAN registry of SWIFT. */
const IBAN_LENGTHS: Readonly<Record<string, number>> = {
  AD: 24, AE: 23, AL: 28, AT: 20, AZ: 28, BA: 20, BE: 16, BG: 22, BH: 22, BI: 27, BR: 29, BY: 28, CH: 21, CR: 22, CY: 28, CZ: 24, DE: 22, DJ: 27, DK: 18, DO: 28, EE: 20, EG: 29,
  ES: 24, FI: 18, FK: 18, FO: 18, FR: 27, GB: 22, GE: 22, GI: 23, GL: 18, GR: 27, GT: 28, HN: 28, HR: 21, HU: 28, IE: 22, IL: 23, IQ: 23, IS: 26, IT: 27, JO: 30, KW: 30, KZ: 20, LB: 28, LC: 32,
  LI: 21, LT: 20, LU: 20, LV: 21, LY: 25, MC: 27, MD: 24, ME: 22, MK: 19, MN: 20, MR: 27, MT: 31, MU: 30, NI: 28, NL: 18, NO: 15, OM: 23, PK: 24, PL: 28, PS: 29, PT: 25, QA: 29, RO: 24, RS: 22,
  RU: 33, SA: 24, SC: 31, SD: 18, SE: 24, SI: 19, SK: 24, SM: 27, SO: 23, ST: 25, SV: 28, TL: 23, TN: 24, TR: 26, UA: 29, VA: 22, VG: 24, XK: 20, YE: 30,
}

export type ChecksumKind = 'iban' | 'vat' | 'luhn'

/** Whether a number as printed (spaces, points and hyphens count for nothing) proves itself by its check digits. */
export function passesChecksum(kind: ChecksumKind, printed: string): boolean {
  const plain = printed.replace(/[\s.\-/]/g, '').toUpperCase()
  if (kind === 'iban') return isIban(plain)
  return kind === 'luhn' ? /^\d{2,}$/.test(plain) && passesLuhn(plain) : isVatNumber(plain)
}

/** ISO 13616: letters are numbers from 10 on, country and check digits go to the end, and the remainder by 97 is 1. */
function isIban(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(text) || text.length !== IBAN_LENGTHS[text.slice(0, 2)]) return false
  const turned = text.slice(4) + text.slice(0, 4)
  return remainder(turned.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55)), 97) === 1
}

/** Of a number with any count of digits. */
const remainder = (digits: string, by: number): number => Array.from(digits).reduce((rest, digit) => (rest * 10 + Number(digit)) % by, 0)

/** ISO/IEC 7812-1: from the right every second digit counts twice, its digits added up. */
function passesLuhn(digits: string): boolean {
  return luhnSum(digits) % 10 === 0
}

function luhnSum(digits: string): number {
  return Array.from(digits).reverse().reduce((sum, digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1)
    return sum + (value > 9 ? value - 9 : value)
  }, 0)
}

const weighted = (digits: string, weights: readonly number[]): number => weights.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0)
const digitAt = (digits: string, index: number): number => Number(digits[index])

interface VatForm {
  /** What follows the country's letters. */
  readonly form: RegExp
  /** The check digits; without it only the form is looked at. */
  readonly proves?: (number: string) => boolean
}

/** ISO 7064, MOD 11,10, over all digits but the last. */
function passesMod11And10(digits: string): boolean {
  let product = 10
  for (const digit of digits.slice(0, -1)) product = (((Number(digit) + product) % 10 || 10) * 2) % 11
  return (11 - product) % 10 === Number(digits.at(-1))
}

const SPANISH_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE'

function passesSpanish(text: string): boolean {
  const person = /^([XYZ]?)(\d{7,8})([A-Z])$/.exec(text)
  if (person !== null) return SPANISH_LETTERS[remainder((person[1] ?? '').replace(/./, (letter) => String('XYZ'.indexOf(letter))) + (person[2] ?? ''), 23)] === person[3]
  const digits = text.slice(1, 8)
  const check = (10 - (luhnSum(`${digits}0`) % 10)) % 10
  return text[8] === String(check) || text[8] === 'JABCDEFGHI'[check]
}

/** EU member states (and GB, CHE): the European Commission's list of VAT numbers' structures; check digits where the country has published them. */
const VAT_FORMS: Readonly<Record<string, VatForm>> = {
  AT: { form: /^U\d{8}$/, proves: (number) => (10 - ((luhnSum(number.slice(1, 8)) + 4) % 10)) % 10 === digitAt(number, 8) },
  BE: { form: /^[01]\d{9}$/, proves: (number) => 97 - (Number(number.slice(0, 8)) % 97) === Number(number.slice(8)) },
  BG: { form: /^\d{9,10}$/ },
  CY: { form: /^\d{8}[A-Z]$/ },
  CZ: { form: /^\d{8,10}$/ },
  DE: { form: /^[1-9]\d{8}$/, proves: passesMod11And10 },
  DK: { form: /^[1-9]\d{7}$/, proves: (number) => weighted(number, [2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0 },
  EE: { form: /^\d{9}$/, proves: (number) => weighted(number, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0 },
  EL: { form: /^\d{9}$/, proves: (number) => (weighted(number, [256, 128, 64, 32, 16, 8, 4, 2]) % 11) % 10 === digitAt(number, 8) },
  ES: { form: /^(?:[XYZ]\d{7}[A-Z]|\d{8}[A-Z]|[A-HJNP-SUVW]\d{7}[0-9A-J])$/, proves: passesSpanish },
  FI: { form: /^\d{8}$/, proves: (number) => weighted(number, [7, 9, 10, 5, 8, 4, 2, 1]) % 11 === 0 },
  // Older numbers have letters in place of the check digits.
  FR: { form: /^[0-9A-HJ-NP-Z]{2}\d{9}$/, proves: (number) => passesLuhn(number.slice(2)) && (!/^\d\d/.test(number) || (Number(number.slice(2)) * 100 + 12) % 97 === Number(number.slice(0, 2))) },
  GB: { form: /^(?:\d{9}|\d{12}|GD\d{3}|HA\d{3})$/, proves: (number) => !/^\d/.test(number) || [0, 42].includes(weighted(number, [8, 7, 6, 5, 4, 3, 2, 10, 1]) % 97) },
  HR: { form: /^\d{11}$/, proves: passesMod11And10 },
  HU: { form: /^\d{8}$/, proves: (number) => weighted(number, [9, 7, 3, 1, 9, 7, 3, 1]) % 10 === 0 },
  IE: { form: /^\d[0-9A-Z+*]\d{5}[A-Z]{1,2}$/ },
  IT: { form: /^\d{11}$/, proves: passesLuhn },
  LT: { form: /^(?:\d{9}|\d{12})$/ },
  LU: { form: /^\d{8}$/, proves: (number) => Number(number.slice(0, 6)) % 89 === Number(number.slice(6)) },
  LV: { form: /^\d{11}$/ },
  MT: { form: /^\d{8}$/, proves: (number) => 37 - (weighted(number, [3, 4, 6, 7, 8, 9]) % 37) === Number(number.slice(6)) },
  // Those of persons since 2020 prove themselves by 97 as an IBAN does; the older ones by 11.
  NL: { form: /^\d{9}B\d{2}$/, proves: (number) => weighted(number, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0 || remainder(`NL${number}`.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55)), 97) === 1 },
  PL: { form: /^\d{10}$/, proves: (number) => weighted(number, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === digitAt(number, 9) },
  PT: { form: /^\d{9}$/, proves: (number) => elevenOrZero(weighted(number, [9, 8, 7, 6, 5, 4, 3, 2])) === digitAt(number, 8) },
  RO: { form: /^\d{2,10}$/, proves: (number) => ((weighted(number.padStart(10, '0'), [7, 5, 3, 2, 1, 7, 5, 3, 2]) * 10) % 11) % 10 === Number(number.at(-1)) },
  SE: { form: /^\d{10}\d{2}$/, proves: (number) => passesLuhn(number.slice(0, 10)) },
  SI: { form: /^[1-9]\d{7}$/, proves: (number) => elevenOrZero(weighted(number, [8, 7, 6, 5, 4, 3, 2])) === digitAt(number, 7) },
  SK: { form: /^\d{10}$/, proves: (number) => Number(number) % 11 === 0 },
  CHE: { form: /^\d{9}(?:MWST|TVA|IVA)?$/, proves: (number) => elevenOrZero(weighted(number, [5, 4, 3, 2, 7, 6, 5, 4])) === digitAt(number, 8) },
}

/** What is missing to a multiple of 11, as one digit. */
function elevenOrZero(sum: number): number {
  const check = 11 - (sum % 11)
  return check > 9 ? 0 : check
}

function isVatNumber(text: string): boolean {
  const country = text.startsWith('CHE') ? 'CHE' : text.slice(0, 2).replace('GR', 'EL')
  const vat = VAT_FORMS[country]
  const number = text.slice(country.length)
  return vat !== undefined && vat.form.test(number) && (vat.proves?.(number) ?? true)
}

import type { Dice } from './Dice.ts'
import { cities, firstNames, lastNames, shopKinds, shopNames } from './words.ts'
import type { PageField } from './words.ts'

/** A value of a field that is no amount, at most `most` characters of it. */
export function printedValue(dice: Dice, field: PageField, most: number): string {
  let value = ''
  for (let attempt = 0; attempt < 50; attempt++) {
    value = anyValue(dice, field)
    if (value.length <= most) return value
  }
  return value.slice(0, most).trim()
}

/** An amount as it is printed. */
export const printedAmount = (cents: number): string => (cents / 100).toFixed(2)

function anyValue(dice: Dice, field: PageField): string {
  switch (field) {
    case 'vendor':
      return dice.of([dice.of(shopNames), syllables(dice), syllables(dice)]) + (dice.chance(0.8) ? ` ${dice.of(shopKinds)}` : '')
    case 'name':
      return `${dice.chance(0.6) ? dice.of(firstNames) : syllables(dice, 1)} ${dice.chance(0.5) ? dice.of(lastNames) : syllables(dice)}`
    case 'city':
      return dice.chance(0.5) ? dice.of(cities) : syllables(dice)
    case 'date':
    case 'due_date':
    case 'birth_date':
    case 'expiry_date':
      return day(dice)
    case 'phone':
      return dice.of([`555-${dice.digits(4)}`, `${dice.digits(3)}-${dice.digits(4)}`, `${dice.digits(3)}-${dice.digits(3)}-${dice.digits(4)}`, `+${dice.digits(2)} ${dice.digits(7)}`])
    case 'invoice_number':
    case 'receipt_number':
    case 'id_number':
      return number(dice)
    case 'subtotal':
    case 'tax':
    case 'total':
      throw new Error(`${field} is an amount`)
  }
}

function number(dice: Dice): string {
  const letter = dice.of('ABCDEFGHJKLMNPRSTUVWXYZ')
  return dice.of([`INV-${dice.digits(4)}`, dice.digits(5), dice.digits(6), `${letter}-${dice.digits(4)}`, `${letter}${dice.of('ABCXYZ')}${dice.digits(5)}`, `${dice.digits(3)}-${dice.digits(3)}`, `NO${dice.digits(4)}`])
}

function day(dice: Dice): string {
  const year = dice.chance(0.3) ? dice.between(1950, 2039) : dice.between(2018, 2029)
  return [year, dice.between(1, 12), dice.between(1, 28)].map((part) => String(part).padStart(2, '0')).join('-')
}

/** Two or three (`least`..3) syllables: a name nobody has seen. */
function syllables(dice: Dice, least = 2): string {
  return Array.from({ length: dice.between(least, 3) }, () => dice.of('BCDFGHJKLMNPRSTVWZ') + dice.of('AEIOUY') + dice.of(['', '', 'N', 'R', 'S', 'L', 'X', 'T'])).join('')
}

import type { Scalar } from '../../../../contract/domains/extraction.ts'
import { unreachable } from '../../../../platform/unreachable.ts'
import { readDay } from './readDay.ts'
import { readNumber } from './readNumber.ts'

/** What a value may be: the type of a field without parts, or of a list's items. */
export type ScalarType = 'text' | 'number' | 'money' | 'date' | 'yesNo' | 'oneOf'

/** A value as it is kept, and as it was printed. What cannot be understood stays as it was printed. */
export interface Normalised {
  readonly value: Scalar
  readonly printed: string | null
}

/** `locale`: BCP 47; decides where a number or a day can be read in two ways. */
export function normalise(type: ScalarType, value: Scalar, locale: string): Normalised {
  if (value === null) return { value: null, printed: null }
  if (typeof value !== 'string') return { value, printed: String(value) }
  const printed = tidy(value)
  // Models write "" for what is not there.
  if (printed === '') return { value: null, printed: null }
  switch (type) {
    case 'text':
    case 'oneOf':
    case 'yesNo':
      return { value: printed, printed }
    case 'number':
    case 'money':
      return { value: readNumber(printed, locale) ?? printed, printed }
    case 'date':
      return { value: readDay(printed, locale) ?? printed, printed }
    default:
      return unreachable(type)
  }
}

/** Without control characters and halves of characters, which neither files nor databases take, and without space around it. */
function tidy(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\uFFFD]+/gu, ' ').trim()
}

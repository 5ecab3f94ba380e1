import type { Words } from '../../i18n/Words.svelte.ts'
import { readTyped, type TypedProblem, type ValueShape } from '../../state/typedValue.ts'
import { valueText } from './cellText.ts'

/** How what is typed is understood, where that is not plain to see: "= Nov 30, 2026". Empty where there is nothing to say. */
export function understood(words: Words, text: string, shape: ValueShape): string {
  const typed = readTyped(text, shape, words.language)
  if (!('value' in typed) || typed.value === null || typeof typed.value === 'boolean' || shape.type === 'text' || shape.type === 'oneOf') return ''
  const shown = valueText(words, typed.value, shape)
  return shown === text.trim() ? '' : words.t('review.understood', { text: shown })
}

/** What the template has against a value that can be taken all the same: the page may say so. Empty where it has nothing. */
export function objection(words: Words, text: string, shape: ValueShape): string {
  const typed = readTyped(text, shape, words.language)
  if (!('value' in typed) || typed.value === null) return ''
  const { value } = typed
  if ((shape.type === 'number' || shape.type === 'money') && typeof value === 'number') {
    const { min, max } = shape
    if (min !== null && value < min) return words.t('review.below', { limit: words.number(min) })
    if (max !== null && value > max) return words.t('review.above', { limit: words.number(max) })
  }
  if (shape.type === 'date' && typeof value === 'string') {
    if (shape.earliest !== null && value < shape.earliest) return words.t('review.below', { limit: valueText(words, shape.earliest, shape) })
    if (shape.latest !== null && value > shape.latest) return words.t('review.above', { limit: valueText(words, shape.latest, shape) })
  }
  return ''
}

/** What is wrong with what was typed, and how it could be right. */
export function problemSentence(words: Words, problem: TypedProblem, shape: ValueShape): string {
  const example = shape.type === 'date' ? new Intl.DateTimeFormat(words.language, { timeZone: 'UTC' }).format(Date.UTC(2026, 10, 30)) : words.number(1234.5, { minimumFractionDigits: 2 })
  const decimals = shape.type === 'number' ? (shape.decimals ?? 0) : 0
  return words.t(`review.problem.${problem}`, { example, decimals: words.number(decimals) })
}

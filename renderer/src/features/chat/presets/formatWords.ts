import type { AnswerFormat } from '../../../../../main/contract/domains/format.ts'
import type { TextKey } from '../../../i18n/en.ts'

export type FormatType = AnswerFormat['type']

interface FormatWords {
  readonly type: FormatType
  readonly label: TextKey
  readonly hint: TextKey
}

/** The formats in the order of their keys: Alt+1, Alt+2 and so on. */
export const formatWords: readonly FormatWords[] = [
  { type: 'free', label: 'format.free', hint: 'format.freeHint' },
  { type: 'short', label: 'format.short', hint: 'format.shortHint' },
  { type: 'letter', label: 'format.letter', hint: 'format.letterHint' },
  { type: 'caption', label: 'format.caption', hint: 'format.captionHint' },
  { type: 'detailed', label: 'format.detailed', hint: 'format.detailedHint' },
  { type: 'json', label: 'format.json', hint: 'format.jsonHint' },
  { type: 'find', label: 'format.find', hint: 'format.findHint' },
  { type: 'region', label: 'format.region', hint: 'format.regionHint' },
]

/** The key of the switch that verifies the premise, behind those of the formats. */
export const premiseKey = 9

export function formatLabel(type: FormatType): TextKey {
  return formatWords.find((each) => each.type === type)?.label ?? 'format.free'
}

/** The number of a key press with Alt alone, 1 to 9, or null. By the key's place: with Alt, many keyboards write other signs. */
export function presetKey(event: Pick<KeyboardEvent, 'code' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>): number | null {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return null
  const found = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)
  return found === null ? null : Number(found[1])
}

/** A format as it is when it is chosen, with what was filled in before where that fits. */
export function chosenFormat(type: Exclude<FormatType, 'region'>, before: AnswerFormat): AnswerFormat {
  if (type === before.type) return before
  if (type === 'letter') return { type, options: ['', ''] }
  return type === 'json' ? { type, record: null } : { type }
}

import Check from '@lucide/svelte/icons/check'
import CircleQuestionMark from '@lucide/svelte/icons/circle-question-mark'
import EyeOff from '@lucide/svelte/icons/eye-off'
import Minus from '@lucide/svelte/icons/minus'
import Pencil from '@lucide/svelte/icons/pencil'
import Repeat from '@lucide/svelte/icons/repeat'
import Scissors from '@lucide/svelte/icons/scissors'
import TriangleAlert from '@lucide/svelte/icons/triangle-alert'
import type { Cell, Review } from '../../../../main/contract/domains/extraction.ts'

/** What is to be said of a cell as a whole. A person's word comes before the model's. */
export type CellMark = Exclude<Cell['status'], 'ok'> | 'accepted' | 'edited' | 'marked'

/** Null where there is nothing to say: the value is sure, and nobody has looked at it. */
export function markOf(cell: Cell, review: Review | null): CellMark | null {
  if (review === null) return cell.status === 'ok' ? null : cell.status
  return review.state === 'unreadable' ? 'marked' : review.state
}

/** A shape for each mark, so that none is told by its colour alone. */
export const markIcons = { accepted: Check, edited: Pencil, marked: EyeOff, unsure: CircleQuestionMark, failedCheck: TriangleAlert, absent: Minus, cutOff: Scissors, repeated: Repeat, unreadable: EyeOff } as const satisfies Record<CellMark, unknown>

export const markTones = { accepted: 'ok', edited: 'accent', marked: 'plain', unsure: 'warn', failedCheck: 'danger', absent: 'plain', cutOff: 'warn', repeated: 'warn', unreadable: 'warn' } as const satisfies Record<CellMark, string>

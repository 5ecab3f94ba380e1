/** A heading of the chat list: one of the near days, or a month named by any of its moments. */
export type DayLabel = { readonly kind: 'today' | 'yesterday' | 'week' | 'month' } | { readonly kind: 'earlier'; readonly monthOf: number }

export interface DayGroup<T> {
  readonly key: string
  readonly label: DayLabel
  readonly items: readonly T[]
}

/**
 * Splits items (newest first) by the local calendar day of `updatedAt` (milliseconds since the epoch):
 * today, yesterday, the 7 and 30 days before today, then whole months. Items from the future count as today.
 */
export function groupByDay<T extends { readonly updatedAt: number }>(items: readonly T[], now: number): readonly DayGroup<T>[] {
  const groups: { key: string; label: DayLabel; items: T[] }[] = []
  for (const item of items) {
    const label = labelFor(item.updatedAt, now)
    const key = label.kind === 'earlier' ? monthKey(label.monthOf) : label.kind
    const last = groups.at(-1)
    if (last?.key === key) last.items.push(item)
    else groups.push({ key, label, items: [item] })
  }
  return groups
}

function labelFor(moment: number, now: number): DayLabel {
  const daysAgo = dayNumber(now) - dayNumber(moment)
  if (daysAgo <= 0) return { kind: 'today' }
  if (daysAgo === 1) return { kind: 'yesterday' }
  if (daysAgo <= 7) return { kind: 'week' }
  if (daysAgo <= 30) return { kind: 'month' }
  return { kind: 'earlier', monthOf: moment }
}

/** Days since the epoch of the local calendar date; by its fields, since days of a time change do not last 24 h. */
function dayNumber(moment: number): number {
  const date = new Date(moment)
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000
}

/** Milliseconds until the local calendar day ends. */
export function untilMidnight(now: number): number {
  const midnight = new Date(now)
  midnight.setHours(24, 0, 0, 0)
  return midnight.getTime() - now
}

function monthKey(moment: number): string {
  const date = new Date(moment)
  return `${date.getFullYear()}-${date.getMonth() + 1}`
}

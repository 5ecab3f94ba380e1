import type { ChatSummary } from '../../../../main/contract/domains/chat.ts'
import { groupByDay, type DayGroup, type DayLabel } from '../../state/groupByDay.ts'

export type ChatGroup = Omit<DayGroup<ChatSummary>, 'label'> & { readonly label: DayLabel | { readonly kind: 'pinned' | 'archived' } }

/** The list of chats (newest first) under its headings: pinned ones, then the others by day. Archived ones come apart, by themselves. */
export function chatGroups(list: readonly ChatSummary[], tag: string | null, now: number): { shown: readonly ChatGroup[]; archived: readonly ChatSummary[] } {
  const wanted = tag === null ? list : list.filter(({ tags }) => tags.includes(tag))
  const archived = wanted.filter((chat) => chat.archived)
  const here = wanted.filter((chat) => !chat.archived)
  const pinned = here.filter((chat) => chat.pinned)
  const days = groupByDay(here.filter((chat) => !chat.pinned), now)
  return { shown: pinned.length === 0 ? days : [{ key: 'pinned', label: { kind: 'pinned' }, items: pinned }, ...days], archived }
}

import type { Desk } from '../../state/Desk.svelte.ts'
import { extractTitle } from '../extract/places.ts'
import { standingOf } from '../models/standing.ts'

/** What the window is called; empty where it has only the app's name. */
export function pageTitle(desk: Desk): string {
  const { words, navigation, conversations, chats } = desk
  if (navigation.page === 'models') return words.t('models.title')
  if (navigation.extract !== null) return extractTitle(desk, navigation.extract)
  const { chatId } = conversations.current
  if (chatId === null) return ''
  const chat = chats.find(chatId)
  return chat === null || chat.title === '' ? words.t('sidebar.untitled') : chat.title
}

/** Whether the Models page itself tells of a failed load, where the model stands. */
export function showsFailure({ engine, models, navigation, preferences }: Desk): boolean {
  const { status } = engine
  if (navigation.page !== 'models' || navigation.tab !== 'installed' || status?.state !== 'failed') return false
  return preferences.settings?.model === null || models.library.list.some(({ files }) => standingOf(status, files).state === 'failed')
}

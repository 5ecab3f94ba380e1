import type { ModelsTab } from '../../state/Navigation.svelte.ts'
import type { Desk } from '../../state/Desk.svelte.ts'
import type { Keys } from './keyNames.ts'

/** What the shell does for commands. */
export interface ShellActions {
  readonly startNew: () => void
  readonly toggleSidebar: () => void
  readonly find: () => void
  readonly openSettings: () => void
  readonly showModels: (tab: ModelsTab) => void
  /** Opens the picker of files for the next question. */
  readonly attach: () => void
  /** Shows a chat. */
  readonly open: (chatId: string) => void
}

interface AllActions extends ShellActions {
  readonly showKeys: () => void
}

/** Something that can be done now. */
export interface Command {
  readonly id: string
  readonly label: string
  /** Other words by which it is found. */
  readonly also?: string
  /** What kind of entry it is, where that is not plain. */
  readonly kind?: string
  readonly keys?: Keys
  readonly run: () => void
}

/** Everything that can be done now, the most usual first; then the chats, the newest first. */
export function commandsOf(desk: Desk, act: AllActions): Command[] {
  return [...ofShell(desk, act), ...ofChat(desk), ...ofPages(desk, act), ...ofSettings(desk, act), ...chats(desk, act)]
}

function ofShell({ words }: Desk, act: ShellActions): Command[] {
  return [
    { id: 'new', label: words.t('sidebar.new'), also: words.t('commands.alsoNew'), keys: ['Mod', 'Shift', 'O'], run: act.startNew },
    { id: 'attach', label: words.t('commands.attach'), also: words.t('commands.alsoAttach'), run: act.attach },
    { id: 'find', label: words.t('find.label'), also: words.t('commands.alsoFind'), keys: ['Mod', 'Shift', 'F'], run: act.find },
    { id: 'sidebar', label: words.t('commands.sidebar'), keys: ['Mod', 'B'], run: act.toggleSidebar },
  ]
}

/** What can be done with the chat that is shown; nothing while none is. */
function ofChat(desk: Desk): Command[] {
  const { words, chats: list, conversations, transfer } = desk
  const chat = list.find(conversations.current.chatId)
  if (chat === null || desk.navigation.page !== 'chat') return []
  const { id, pinned, archived } = chat
  return [
    { id: 'pin', label: words.t(pinned ? 'commands.unpin' : 'commands.pin'), run: () => void list.organise(id, { pinned: !pinned }) },
    { id: 'archive', label: words.t(archived ? 'commands.unarchive' : 'commands.archive'), run: () => void desk.archiveChat(id, !archived) },
    { id: 'exportChat', label: words.t('commands.exportChat'), also: words.t('commands.alsoTransfer'), run: () => void (transfer.exporting = id) },
    { id: 'remove', label: words.t('commands.remove'), run: () => void desk.removeChat(id) },
  ]
}

function ofPages(desk: Desk, act: ShellActions): Command[] {
  const { words, transfer } = desk
  const [extract, models, files] = [words.t('commands.alsoExtract'), words.t('commands.alsoModels'), words.t('commands.alsoTransfer')]
  return [
    { id: 'templates', label: words.t('commands.templates'), also: extract, run: () => desk.showExtract('templates') },
    { id: 'runs', label: words.t('commands.runs'), also: extract, run: () => desk.showExtract('runs') },
    { id: 'models', label: words.t('commands.models'), also: models, run: () => act.showModels('installed') },
    { id: 'getModels', label: words.t('commands.getModels'), also: models, run: () => act.showModels('get') },
    { id: 'export', label: words.t('transfer.exportTitle'), also: files, run: () => void (transfer.exporting = null) },
    { id: 'import', label: words.t('transfer.importTitle'), also: files, run: () => void (transfer.importing = true) },
  ]
}

function ofSettings({ words, preferences }: Desk, act: AllActions): Command[] {
  const { settings } = preferences
  const entries: Command[] = [
    { id: 'settings', label: words.t('settings.title'), also: words.t('commands.alsoSettings'), keys: ['Mod', ','], run: act.openSettings },
    { id: 'keys', label: words.t('keys.title'), also: words.t('commands.alsoKeys'), keys: ['Mod', '/'], run: act.showKeys },
  ]
  if (settings === null) return entries
  const labels = { light: words.t('commands.light'), dark: words.t('commands.dark'), system: words.t('commands.system') }
  for (const theme of ['light', 'dark', 'system'] as const) {
    if (theme !== settings.theme) entries.push({ id: theme, label: labels[theme], also: words.t('commands.alsoTheme'), run: () => void preferences.change({ theme }) })
  }
  const { offline } = settings
  entries.push({ id: 'offline', label: words.t(offline ? 'commands.goOnline' : 'commands.goOffline'), also: words.t('commands.alsoPrivacy'), run: () => void preferences.change({ offline: !offline }) })
  return entries
}

function chats({ words, chats: { list } }: Desk, { open }: ShellActions): Command[] {
  return list.map(({ id, title, archived, tags }) => ({
    id: `chat-${id}`,
    label: title === '' ? words.t('sidebar.untitled') : title,
    also: tags.join(' '),
    kind: words.t(archived ? 'commands.archived' : 'commands.chat'),
    run: () => open(id),
  }))
}

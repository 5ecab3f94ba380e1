export type Shortcut = 'undo' | 'newChat' | 'sidebar' | 'settings' | 'find'

/** The app's shortcut in a key press, or null. Ctrl on every system, Command on a Mac. */
export function readShortcut(event: KeyboardEvent): Shortcut | null {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return null
  switch (event.key.toLowerCase()) {
    case 'z':
      return event.shiftKey || editsText(event.target) ? null : 'undo'
    case 'o':
      return event.shiftKey ? 'newChat' : null
    case 'b':
      return event.shiftKey ? null : 'sidebar'
    case 'f':
      return event.shiftKey ? 'find' : null
    case ',':
      return 'settings'
    default:
      return null
  }
}

/** Whether Ctrl+Z in here undoes typing. An empty field has nothing to take back. */
function editsText(target: EventTarget | null): boolean {
  return (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) && target.value !== ''
}

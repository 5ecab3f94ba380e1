/** What a key does in a review. */
export type ReviewCommand = 'next' | 'previous' | 'accept' | 'acceptRecord' | 'edit' | 'unreadable' | 'takeBack' | 'undo' | 'redo' | 'nextRecord' | 'previousRecord' | 'readAgain' | 'view' | 'pane' | 'help'

/** One record with its fields below each other, or all records as the rows of a table. */
export type ReviewLayout = 'fields' | 'table'

/** The least of a key press that decides. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>

const letters: Readonly<Record<string, readonly [plain: ReviewCommand | null, shifted: ReviewCommand | null]>> = {
  n: ['next', 'previous'],
  a: ['accept', 'acceptRecord'],
  e: ['edit', null],
  u: ['unreadable', null],
  m: ['takeBack', null],
  j: ['nextRecord', null],
  k: ['previousRecord', null],
  r: ['readAgain', null],
  v: ['view', null],
}
const others: Readonly<Record<string, ReviewCommand>> = { F2: 'edit', F6: 'pane', PageDown: 'nextRecord', PageUp: 'previousRecord', '?': 'help', Enter: 'accept' }

/** The command in a key press, or null. On keyboards without Latin letters the key's place on the board counts. */
export function readCommand(press: KeyPress): ReviewCommand | null {
  const { key, code, shiftKey } = press
  const letter = /^[a-z]$/i.test(key) ? key.toLowerCase() : key.length === 1 && key > '\u007f' ? code.replace(/^Key/, '').toLowerCase() : ''
  if (press.altKey) return null
  if (press.ctrlKey || press.metaKey) return letter === 'z' ? (shiftKey ? 'redo' : 'undo') : letter === 'y' && !shiftKey ? 'redo' : null
  const command = letters[letter]
  if (command !== undefined) return command[shiftKey ? 1 : 0]
  if (key === 'Enter' && shiftKey) return 'acceptRecord'
  return others[key] ?? null
}

/** The first character of a value typed right into a cell: digits and signs, since letters are commands. Null for other keys. */
export function readTyping({ key, ctrlKey, metaKey, altKey }: KeyPress): string | null {
  return !ctrlKey && !metaKey && !altKey && /^[\p{Nd}+\-.,\p{Sc}]$/u.test(key) ? key : null
}

/** Whether keys typed here are text, or choose something, and so are nobody else's. */
export function takesKeys(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || (target instanceof HTMLInputElement && target.type !== 'checkbox') || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}

/** Whether Enter presses something here. */
export function takesEnter(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a, summary, label') !== null
}

/** A set of keys that are pressed together, by the names of `KeyboardEvent.key`; `Mod` is Command on a Mac and Ctrl elsewhere. */
export type Keys = readonly string[]

const onMac: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↩', Escape: 'esc' }
const elsewhere: Readonly<Record<string, string>> = { Mod: 'Ctrl', Escape: 'Esc' }
const everywhere: Readonly<Record<string, string>> = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→' }

/** The keys as they are written on the keyboard of this system. */
export function keyNames(keys: Keys, mac: boolean): readonly string[] {
  const names = mac ? onMac : elsewhere
  return keys.map((key) => names[key] ?? everywhere[key] ?? key)
}

/**
 * Whether a key belongs to an input method that is composing (Chinese, Japanese, ...): its Enter accepts a suggestion and its
 * Esc drops one. Safari reports the last key of a composition as key code 229 only.
 */
export function composing(event: KeyboardEvent): boolean {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only sign there is in Safari
  return event.isComposing || event.keyCode === 229
}

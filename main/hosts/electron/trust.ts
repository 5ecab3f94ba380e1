/** The page's address. `app` is registered as a standard scheme, so `ui` is its host. */
export const pageOrigin = 'app://ui'
export const pageAddress = `${pageOrigin}/`

/** What is compared of a frame; Electron's `WebFrameMain` has it. */
export interface SenderFrame {
  readonly url: string
  readonly parent: unknown
}

/** Whether an address is one of ours. Parsed parts are compared, never substrings (`app://ui.example/` is not). */
export function isOurAddress(address: string): boolean {
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  return url.protocol === 'app:' && url.host === 'ui' && url.username === '' && url.password === ''
}

/** Whether a message comes from the top frame of our own page. An unknown frame (null: already gone) means no. */
export function isOurTopFrame(frame: SenderFrame | null): boolean {
  return frame !== null && frame.parent === null && isOurAddress(frame.url)
}

/** A nonce as the page makes it; it becomes part of a channel name. */
export function isNonce(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{32}$/.test(value)
}

import { ApiError } from './ApiError.ts'

/** How much of an address is shown in an error. */
const SHOWN = 40

/**
 * The bytes of a `data:` URL in base64. Throws for every other address: nothing is fetched, since a program that asks would decide
 * what this machine connects to.
 */
export function bytesOfDataUrl(url: string, param: string): Uint8Array {
  const refuse = (message: string, code: string) => new ApiError(400, message, { param, code })
  const [, scheme = ''] = /^([a-z][a-z0-9+.-]*):/i.exec(url) ?? []
  if (scheme.toLowerCase() !== 'data') {
    const shown = url.length > SHOWN ? `${url.slice(0, SHOWN)}…` : url
    throw refuse(`Invalid image: '${shown}' would have to be fetched, and LLaVA Desk fetches nothing. Send the picture itself, as 'data:image/png;base64,…'.`, 'unsupported_image_url')
  }
  const comma = url.indexOf(',')
  if (comma < 0 || !/;base64$/i.test(url.slice(0, comma))) throw refuse("Invalid image: a data URL has the form 'data:image/png;base64,…'.", 'invalid_image_url')
  const base64 = url.slice(comma + 1)
  const bytes = Buffer.from(base64, 'base64')
  // Buffer skips whatever is no base64. Four characters stand for three bytes, the last group for less.
  const length = base64.replace(/={1,2}$/, '').length
  if (bytes.length !== Math.floor((length * 3) / 4) || length % 4 === 1 || /[^A-Za-z0-9+/]/.test(base64.slice(0, length))) throw refuse('Invalid image: what follows the comma of the data URL is no base64.', 'invalid_base64')
  if (bytes.length === 0) throw refuse('Invalid image: the data URL holds no bytes.', 'empty_image')
  return bytes
}

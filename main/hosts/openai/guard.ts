import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { ApiError } from '../../services/completions/ApiError.ts'

/**
 * Lets in whoever was meant for this server, is no web page, and knows the token. A foreign name that was made to point here (DNS
 * rebinding) shows in `Host`; a page shows in `Origin` and `Sec-Fetch-Site`, and gets no leave to ask (CORS) either. Throws `ApiError`.
 */
export function checkSender(headers: IncomingHttpHeaders, port: number, token: string | null): void {
  if (headers.host !== `127.0.0.1:${port}` && headers.host !== `localhost:${port}`) throw new ApiError(403, `This server answers at 127.0.0.1:${port} and localhost:${port} alone.`, { code: 'wrong_host' })
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) throw new ApiError(403, 'This server is for programs on this computer, not for web pages.', { code: 'web_page' })
  const [, given] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? []
  if (given === undefined) throw new ApiError(401, "You didn't provide an API key. Send the token from Settings, Local server, in LLaVA Desk in an Authorization header: 'Authorization: Bearer TOKEN'.", { code: 'missing_api_key' })
  if (token === null || !areEqual(given, token)) throw new ApiError(401, 'Incorrect API key provided. You find the token in LLaVA Desk under Settings, Local server.', { code: 'invalid_api_key' })
}

/** In a time that depends neither on where they differ nor on their lengths. */
function areEqual(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

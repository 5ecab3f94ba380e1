import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { toAppError } from '../../contract/errors/AppError.ts'
import { contentPolicy, safetyHeaders } from '../shared/contentPolicy.ts'
import { parseImageAddress, type ImageAddress } from '../shared/imageAddress.ts'
import { cookieName, equalSecrets, hasCookie, isForeignSubrequest, isFromHere, type Trust } from './trust.ts'

/** What the server may hand out. */
export interface PageFiles {
  /** Serves a file of the built page, or calls `next` where there is none. */
  readonly page: (request: IncomingMessage, response: ServerResponse, next: () => void) => void
  /** A stored picture as a file; rejects with `IMAGE_GONE`. */
  readonly image: (address: ImageAddress) => Promise<{ readonly path: string; readonly mime: string }>
}

/** Ends a request with a status and a line of text. */
class Refusal extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, text: string, headers: Readonly<Record<string, string>> = {}) {
    super(text)
    this.status = status
    this.headers = headers
  }
}

function refuse(response: ServerResponse, { status, message, headers }: Refusal): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...headers })
  response.end(`${message}\n`)
}

/**
 * The opening address: its token becomes a cookie that scripts cannot read and other sites cannot send, and leaves the
 * address bar.
 */
function open(response: ServerResponse, given: string, trust: Trust): void {
  if (!equalSecrets(given, trust.token)) throw new Refusal(403, 'This address belongs to an earlier start. Open the one LLaVA Desk printed last.')
  response.writeHead(303, {
    location: '/',
    'set-cookie': `${cookieName(trust.port)}=${trust.token}; HttpOnly; SameSite=Strict; Path=/`,
    'cache-control': 'no-store',
  })
  response.end()
}

async function sendImage(request: IncomingMessage, response: ServerResponse, address: ImageAddress, files: PageFiles): Promise<void> {
  const { path, mime } = await files.image(address)
  const { size } = await stat(path)
  // The address names the bytes by hash: they can never change.
  response.writeHead(200, { 'content-type': mime, 'content-length': size, 'cache-control': 'private, max-age=31536000, immutable' })
  if (request.method === 'HEAD') response.end()
  else await pipeline(createReadStream(path), response)
}

async function route(request: IncomingMessage, response: ServerResponse, trust: Trust, files: PageFiles): Promise<void> {
  const { headers, method } = request
  if (!isFromHere(headers, trust.port)) throw new Refusal(403, 'Forbidden')
  if (method !== 'GET' && method !== 'HEAD') throw new Refusal(405, 'Method not allowed', { allow: 'GET, HEAD' })
  // Only a path: the absolute form is for proxies, and `//name` would be read as a host.
  const address = `http://127.0.0.1${request.url ?? ''}`
  if (!/^\/(?!\/)/.test(request.url ?? '') || !URL.canParse(address)) throw new Refusal(400, 'Bad request')
  const url = new URL(address)
  const token = url.pathname === '/' ? url.searchParams.get('token') : null
  if (token !== null) {
    open(response, token, trust)
    return
  }
  if (isForeignSubrequest(headers)) throw new Refusal(403, 'Forbidden')
  if (!hasCookie(headers, trust)) throw new Refusal(403, 'Open the address that LLaVA Desk printed in its terminal; it carries the key to this page.')
  const image = parseImageAddress(url.pathname)
  if (image !== null) {
    await sendImage(request, response, image, files)
    return
  }
  response.setHeader('cache-control', 'no-cache')
  files.page(request, response, () => refuse(response, new Refusal(404, 'Not found')))
}

/** Answers one request. Never rejects: what goes wrong becomes a status. */
export async function answer(request: IncomingMessage, response: ServerResponse, trust: Trust, files: PageFiles): Promise<void> {
  for (const [name, value] of Object.entries(safetyHeaders)) response.setHeader(name, value)
  // Older browsers do not count ws: as 'self'.
  response.setHeader('content-security-policy', contentPolicy([`ws://127.0.0.1:${trust.port}`]))
  try {
    await route(request, response, trust, files)
  } catch (thrown) {
    if (response.headersSent) response.destroy()
    else refuse(response, thrown instanceof Refusal ? thrown : refusalOf(thrown))
  }
}

function refusalOf(thrown: unknown): Refusal {
  const { code } = toAppError(thrown)
  return new Refusal(code === 'IMAGE_GONE' ? 404 : 500, code)
}

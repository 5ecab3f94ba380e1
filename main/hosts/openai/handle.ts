import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from '../../platform/log.ts'
import { ApiError } from '../../services/completions/ApiError.ts'
import type { CompletionService } from '../../services/completions/CompletionService.ts'
import { readRequest } from '../../services/completions/readRequest.ts'
import { apiErrorOf } from './apiErrorOf.ts'
import { modelBody } from './bodies.ts'
import { checkSender } from './guard.ts'
import { readBody } from './readBody.ts'
import type { Rooms } from './Room.ts'
import { sendCompletion } from './sendCompletion.ts'
import { sendJson } from './sendJson.ts'

export interface Serving {
  readonly port: number
  readonly token: () => string | null
  readonly completions: CompletionService
  readonly logger: Logger
  readonly rooms: Rooms
}

/** What the log says of a request beside its status and time: figures, never a text or a picture. */
type Figures = Readonly<Record<string, number | boolean>>

interface Route {
  /** For the log. */
  readonly name: string
  readonly method: 'GET' | 'POST'
  readonly answer: (request: IncomingMessage, response: ServerResponse, serving: Serving, signal: AbortSignal) => Promise<Figures>
}

/** Answers one request. Never rejects: what goes wrong becomes an error in OpenAI's form. When the client leaves, the work stops. */
export async function handle(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  const began = performance.now()
  const leaving = new AbortController()
  response.on('close', () => leaving.abort())
  // What was being written when the client left; `close` follows.
  response.on('error', () => undefined)
  const route = routeOf(request.url ?? '')
  let figures: Figures = {}
  let status = 200
  try {
    checkSender(request.headers, serving.port, serving.token())
    if (route === null) throw new ApiError(404, `Invalid URL (${request.method ?? ''} ${pathOf(request.url ?? '')})`)
    if (request.method !== route.method) throw new ApiError(405, `Not allowed to ${request.method ?? ''} here, only to ${route.method}.`, { code: 'method_not_supported' })
    figures = await route.answer(request, response, serving, leaving.signal)
  } catch (thrown) {
    const error = apiErrorOf(thrown)
    status = error.status
    if (status >= 500) serving.logger.error('A request to the local server failed', { error: thrown })
    refuse(response, error, route)
  }
  serving.logger.info('Request to the local server', { route: route?.name ?? 'none', status, milliseconds: Math.round(performance.now() - began), ...figures })
}

function refuse(response: ServerResponse, error: ApiError, route: Route | null): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  const headers = { 401: { 'www-authenticate': 'Bearer' }, 405: { allow: route?.method ?? '' }, 429: { 'retry-after': '2' } }[error.status]
  sendJson(response, error.status, error, headers)
}

const pathOf = (url: string): string => url.split('?', 1)[0] ?? ''

function routeOf(url: string): Route | null {
  const path = pathOf(url)
  if (path === '/v1/chat/completions') return { name: 'chat/completions', method: 'POST', answer: answerCompletion }
  if (path === '/v1/models') return { name: 'models', method: 'GET', answer: answerModels }
  const [, encoded] = /^\/v1\/models\/([^/]+)$/.exec(path) ?? []
  if (encoded === undefined) return null
  return { name: 'models/one', method: 'GET', answer: async (_request, response, { completions }) => await answerModel(encoded, response, completions) }
}

async function answerModels(_request: IncomingMessage, response: ServerResponse, { completions }: Serving): Promise<Figures> {
  const models = await completions.models()
  sendJson(response, 200, { object: 'list', data: models.map(modelBody) })
  return { models: models.length }
}

async function answerModel(encoded: string, response: ServerResponse, completions: CompletionService): Promise<Figures> {
  sendJson(response, 200, modelBody(await completions.model(decoded(encoded))))
  return {}
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

async function answerCompletion(request: IncomingMessage, response: ServerResponse, { completions, rooms }: Serving, signal: AbortSignal): Promise<Figures> {
  return await rooms.with(async (room) => {
    const wanted = readRequest(await readBody(request, room))
    const end = await sendCompletion(completions, wanted, response, signal)
    const pictures = wanted.turns.reduce((count, { images }) => count + images.length, 0)
    return { stream: wanted.stream, pictures, whole: end !== null, promptTokens: end?.stats.promptTokens ?? 0, completionTokens: end?.stats.generatedTokens ?? 0 }
  })
}

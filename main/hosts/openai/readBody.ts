import type { IncomingMessage } from 'node:http'
import { ApiError } from '../../services/completions/ApiError.ts'
import type { Room } from './Room.ts'

/** Largest body, in bytes: several photographs in base64. */
export const MOST_BODY_BYTES = 64 * 1024 * 1024

/**
 * The JSON of a request's body. Its bytes take their place in `room`, which the caller gives back. Rejects `ApiError`: 413 for one that
 * is too large, before more of it is kept; 429 where there is no room now; 400 and 415 for what is no JSON.
 */
export async function readBody(request: IncomingMessage, room: Room): Promise<unknown> {
  const { headers } = request
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) throw new ApiError(415, "Unsupported Content-Type: send JSON with 'Content-Type: application/json'.", { code: 'unsupported_content_type' })
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw new ApiError(415, "Unsupported Content-Encoding: send the body as it is.", { code: 'unsupported_content_encoding' })
  if (Number(headers['content-length'] ?? 0) > MOST_BODY_BYTES) throw tooLarge()
  const bytes = await collect(request, room)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new ApiError(400, `We could not parse the JSON body of your request: ${cause instanceof Error ? cause.message.slice(0, 200) : 'it is none'}.`, { code: 'invalid_json' })
  }
}

/** What is refused is read on and dropped: a connection that were cut would not bring the client the reason. */
function collect(request: IncomingMessage, room: Room): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let pieces: Buffer[] | null = []
    let bytes = 0
    request.on('data', (piece: Buffer) => {
      if (pieces === null) return
      bytes += piece.length
      try {
        if (bytes > MOST_BODY_BYTES) throw tooLarge()
        room.take(piece.length)
        pieces.push(piece)
      } catch (error) {
        pieces = null
        reject(error instanceof ApiError ? error : new Error('The body could not be read', { cause: error }))
      }
    })
    request.on('end', () => resolve(Buffer.concat(pieces ?? [])))
    request.on('error', reject)
  })
}

const tooLarge = (): ApiError => new ApiError(413, `The body of the request is larger than ${MOST_BODY_BYTES / 1024 / 1024} MiB.`, { code: 'request_too_large' })

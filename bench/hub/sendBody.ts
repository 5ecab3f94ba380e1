import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Faults } from './faults.ts'

/** Sent at a time, so that a test can stop in the middle. */
const CHUNK = 16 * 1024

export interface Body {
  readonly bytes: Uint8Array
  readonly faults: Faults
  /** Number of this request for bytes of the file, from 1. */
  readonly count: number
  /** Whether a break happens this time. */
  isBroken(): boolean
  onBody(bytes: number): void
}

/** Answers a request for bytes of a file as a store of files does, ranges and `If-Range` included, with its faults. */
export function sendBody(body: Body, request: IncomingMessage, response: ServerResponse): void {
  const { bytes, faults } = body
  const etag = `"store-${createHash('md5').update(bytes).digest('hex')}"`
  if (faults.bare !== true) response.setHeader('etag', etag)
  const isSame = request.headers['if-range'] === undefined || request.headers['if-range'] === etag
  const span = isSame && !ignoresRange(body) ? spanOf(request.headers.range, bytes.byteLength) : null
  if (span === 'outside') {
    response.writeHead(416, { 'content-range': `bytes */${bytes.byteLength}` }).end()
    return
  }
  const [first, asked] = span ?? [0, bytes.byteLength - 1]
  const isShort = span !== null && faults.shortRange !== undefined && body.isBroken()
  const last = isShort ? Math.min(asked, first + (faults.shortRange ?? 0) - 1) : asked
  if (span !== null) response.setHeader('content-range', `bytes ${first}-${last}/${bytes.byteLength}`)
  response.setHeader('content-length', last - first + 1 + (faults.lengthOff ?? 0))
  response.writeHead(span === null ? 200 : 206)
  if (request.method === 'HEAD') response.end()
  else void pump(body, response, first, last)
}

async function pump(body: Body, response: ServerResponse, first: number, last: number): Promise<void> {
  const { breakAfter, wrongBytes = [] } = body.faults
  const breaksAt = breakAfter !== undefined && body.isBroken() ? first + breakAfter.bytes : Infinity
  for (let at = first; at <= last && !response.destroyed; at += CHUNK) {
    const end = Math.min(at + CHUNK, last + 1, breaksAt)
    const chunk = Uint8Array.from(body.bytes.subarray(at, end))
    for (const position of wrongBytes) if (position >= at && position < end) chunk[position - at]! ^= 0xff
    body.onBody(chunk.byteLength)
    if (!response.write(chunk)) await drained(response)
    if (end === breaksAt) {
      if (breakAfter?.how === 'reset') response.socket?.resetAndDestroy()
      else if (breakAfter?.how === 'end') response.socket?.end()
      return
    }
  }
  response.end()
}

/** Until there is room for more, or nobody there any more. */
async function drained(response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.on('drain', done).on('close', done)
  })
}

function ignoresRange({ faults, count }: Body): boolean {
  return faults.ignoreRange === 'always' || (faults.ignoreRange === 'everyOther' && count % 2 === 0)
}

function spanOf(range: string | undefined, bytes: number): readonly [number, number] | 'outside' | null {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? []
  if (first === undefined || last === undefined) return null
  return Number(first) >= bytes ? 'outside' : [Number(first), Math.min(Number(last), bytes - 1)]
}

import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AppError } from '../../contract/errors/AppError.ts'
import type { RunningServer, ServerOptions } from '../../services/completions/LocalServer.ts'
import { handle } from './handle.ts'
import { Rooms } from './Room.ts'

/** Connections at one time; more are closed at once. */
const MOST_CONNECTIONS = 64
/** A client that sends its request more slowly is left. */
const timeouts = { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 5000, connectionsCheckingInterval: 5000 }

/**
 * Listens on 127.0.0.1 for other programs on this machine, in OpenAI's form (https://platform.openai.com/docs/api-reference/chat).
 * Rejects `PORT_IN_USE`, and `BAD_INPUT` where the port cannot be had.
 */
export async function openServer({ port, token, completions, logger }: ServerOptions): Promise<RunningServer> {
  const rooms = new Rooms()
  const http = createServer(timeouts, (request, response) => {
    const { port: own } = http.address() as AddressInfo
    void handle(request, response, { port: own, token, completions, logger, rooms })
  })
  http.maxConnections = MOST_CONNECTIONS
  // Of a connection that could not be taken, such as for want of file handles: the server goes on.
  http.on('error', (error) => logger.warn('The local server had an error', { error }))
  await listen(http, port)
  return { port: (http.address() as AddressInfo).port, close: async () => await close(http) }
}

async function listen(http: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port)))
    http.listen({ port, host: '127.0.0.1', exclusive: true }, resolve)
  })
}

function listenError(error: NodeJS.ErrnoException, port: number): AppError {
  if (error.code === 'EADDRINUSE') return new AppError('PORT_IN_USE', { port }, { cause: error })
  return new AppError('BAD_INPUT', { detail: `port ${port}: ${error.code ?? error.message}` }, { cause: error })
}

async function close(http: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => http.close(() => resolve()))
  http.closeAllConnections()
  await closed
}

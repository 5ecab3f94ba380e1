import { RPCHandler } from '@orpc/server/message-port'
import type { EngineRouter } from './handlers.ts'
import { log } from './log.ts'
import { parentPort } from './parentPort.ts'

/**
 * Answers the supervisor until it is gone. The process never outlives it, and never goes on after an error nobody expected:
 * its state would be a guess, and a restart costs little.
 */
export function serve(createHandlers: () => EngineRouter): void {
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  // Ctrl+C in a terminal and its closing reach every process of the group; whether the engine ends is the supervisor's to say.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
  // SIGKILL: a native call on another thread would delay or crash an orderly exit.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  const port = parentPort()
  if (port === null) throw new Error('this program is started by LLaVA Desk, not by hand')
  new RPCHandler(createHandlers()).upgrade(port)
}

function fail(thrown: unknown): void {
  log('error', thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown))
  process.exit(1)
}

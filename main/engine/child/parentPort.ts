import { log } from './log.ts'

/** The port to the supervisor, in the shape oRPC's message-port adapter takes. */
export interface ParentPort {
  on(event: string, listener: (event?: { data: unknown }) => void): void
  postMessage(message: unknown): void
}

/** Electron's `process.parentPort` in a utility process; absent elsewhere. */
interface UtilityProcessPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  postMessage(message: unknown): void
}

/** The port of a utility process under Electron, of `child_process.fork` elsewhere. Null where nobody started this process that way. */
export function parentPort(): ParentPort | null {
  const utility = (process as { parentPort?: UtilityProcessPort }).parentPort
  if (utility !== undefined) return utilityPort(utility)
  return process.send === undefined ? null : forkPort()
}

function utilityPort(port: UtilityProcessPort): ParentPort {
  return {
    // It has no 'close': Electron ends a utility process together with its parent.
    on: (event, listener) => {
      if (event === 'message') port.on('message', listener)
    },
    postMessage: (message) => port.postMessage(message),
  }
}

function forkPort(): ParentPort {
  return {
    on: (event, listener) => {
      if (event === 'message') process.on('message', (data) => listener({ data }))
      if (event === 'close') process.on('disconnect', () => listener())
    },
    postMessage: (message) => {
      process.send?.(message, undefined, undefined, (error: Error | null) => {
        if (error !== null) log('debug', `a message to the supervisor was lost: ${error.message}`)
      })
    },
  }
}

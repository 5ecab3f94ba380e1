/** What the preload world of a page sends to the main process. `args`, `data` and `value` are encoded by `wire.js`. */
export type FromPage =
  | { t: 'send'; channel: string; args: unknown; ports: string[] }
  | { t: 'invoke'; id: number; channel: string; args: unknown }
  | { t: 'port'; id: string; data: unknown }
  | { t: 'portClosed'; id: string }

/** What the main process sends to the preload world. */
export type ToPage =
  | { t: 'ipc'; channel: string; args: unknown; ports: string[] }
  | { t: 'port'; id: string; data: unknown }
  | { t: 'portClosed'; id: string }
  | { t: 'result'; id: number; ok: boolean; value: unknown }

/** What the preload script exposes, as the page's world is told of it. */
export type Shape =
  | { kind: 'function' }
  | { kind: 'value'; value: unknown }
  | { kind: 'object'; members: { name: string; shape: Shape }[] }

/** A call of an exposed function on its way from the page's world to the preload's, and what comes back. */
export interface BridgeCall {
  id: number
  path: readonly string[]
  args: unknown[]
}
export type BridgeReply = { id: number } & ({ kind: 'value'; value: unknown } | { kind: 'promise' } | { kind: 'error'; message: string })
export interface BridgeSettled {
  id: number
  ok: boolean
  value: unknown
}

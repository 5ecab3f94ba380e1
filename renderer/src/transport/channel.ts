import type { ClientContext, ClientLink } from '@orpc/client'

/** One open way to the services. It never opens again; a new one takes its place. */
export interface Channel {
  readonly link: ClientLink<ClientContext>
  /** Settles when nothing can pass any more. */
  readonly closed: Promise<unknown>
}

/** Opens a channel; rejects where the services cannot be reached now. */
export type Dial = () => Promise<Channel>

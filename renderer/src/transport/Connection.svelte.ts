import { createORPCClient, type ClientContext, type ClientLink, type ClientOptions } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import type { Api } from '../../../main/contract/api.ts'
import { AppError } from '../../../main/contract/errors/AppError.ts'
import { backOff } from './backOff.ts'
import type { Channel, Dial } from './channel.ts'
import { deferred } from './deferred.ts'

export type Client = ContractRouterClient<Api>
export type ConnectionStatus = 'connecting' | 'open' | 'lost'

/**
 * The page's tie to the services. Opens a channel, opens another one whenever it closes, and tells whoever asked
 * (`eachTime`) so that streams can be taken up again. Calls made while it is lost fail at once with `CONNECTION_LOST`.
 */
export class Connection {
  status = $state<ConnectionStatus>('connecting')
  readonly client: Client
  readonly #dial: Dial
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- no template reads it
  readonly #listeners = new Set<(signal: AbortSignal) => void>()
  #next = deferred<Channel>()
  #wake: () => void = () => undefined

  constructor(dial: Dial) {
    this.#dial = dial
    const link: ClientLink<ClientContext> = { call: (path, input, options) => this.#call(path, input, options) }
    this.client = createORPCClient<Client>(link)
  }

  /** Calls back at every opening, with a signal that aborts when that channel closes. Register before `run`. */
  eachTime(listener: (signal: AbortSignal) => void): void {
    this.#listeners.add(listener)
  }

  /** Stops waiting for the next attempt and makes it now. */
  tryNow(): void {
    this.#wake()
  }

  /** Keeps a channel open until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      const channel = await this.#dial().catch(() => null)
      if (channel === null) {
        this.status = 'lost'
        await this.#pause(backOff(failures++))
        continue
      }
      failures = 0
      await this.#serve(channel)
    }
  }

  async #serve(channel: Channel): Promise<void> {
    const lifetime = new AbortController()
    this.#next.resolve(channel)
    this.status = 'open'
    for (const listener of this.#listeners) listener(lifetime.signal)
    await channel.closed
    this.#next = deferred<Channel>()
    this.status = 'lost'
    lifetime.abort(new AppError('CONNECTION_LOST'))
  }

  async #call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>): Promise<unknown> {
    if (this.status === 'lost') throw new AppError('CONNECTION_LOST')
    const channel = await this.#next.promise
    try {
      return await channel.link.call(path, input, options)
    } catch (thrown) {
      // The link reports a closed channel as an abort, which would pass for the person's own wish.
      const open = Symbol()
      const closed = (await Promise.race([channel.closed, Promise.resolve(open)])) !== open
      throw closed && options.signal?.aborted !== true ? new AppError('CONNECTION_LOST', {}, { cause: thrown }) : thrown
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

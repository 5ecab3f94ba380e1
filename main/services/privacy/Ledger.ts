import type { Connection, ConnectionList } from '../../contract/domains/privacy.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { Logger } from '../../platform/log.ts'
import type { Store } from '../../storage/Store.ts'
import type { NotedRequest, Outbound } from '../hub/outbound.ts'

export interface LedgerDependencies {
  readonly store: Pick<Store, 'connections'>
  /** As the settings have it now. */
  readonly offline: () => boolean
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly logger: Logger
  readonly now: () => number
}

/** The longest path that is kept; an address from a stranger may be longer. */
const LONGEST_PATH = 500

/** Allows or refuses every request to another computer, and notes each of them. */
export class Ledger implements Outbound {
  /** `LLAVA_DESK_OFFLINE`, or `--offline`, which sets it. */
  readonly forcedOffline: boolean
  readonly #deps: LedgerDependencies
  /** Requests under way, and whom they went to. */
  readonly #open = new Map<AbortController, string>()

  constructor(deps: LedgerDependencies) {
    this.#deps = deps
    this.forcedOffline = isForcedOffline(deps.environment)
  }

  /** Throws `OFFLINE`; also `DISK_FULL`: what cannot be noted is not done. */
  begin(method: 'GET' | 'HEAD', url: URL): NotedRequest {
    const { store, now, offline } = this.#deps
    const refused = this.forcedOffline || offline()
    const id = store.connections.begin({ host: url.host.slice(0, 300), purpose: purposeOf(method, url), path: url.pathname.slice(0, LONGEST_PATH) }, refused ? 'refused' : 'open', now())
    if (refused) throw new AppError('OFFLINE', { host: url.host })
    const controller = new AbortController()
    this.#open.set(controller, url.host)
    return { cut: controller.signal, end: (...ending) => this.#end(id, controller, ending) }
  }

  /** Ends all that is under way, where the settings say now that the app is offline. */
  follow(): void {
    if (!this.#deps.offline()) return
    for (const [controller, host] of [...this.#open]) controller.abort(new AppError('OFFLINE', { host }))
  }

  list(): ConnectionList {
    return { forcedOffline: this.forcedOffline, connections: this.#deps.store.connections.list() }
  }

  clear(): ConnectionList {
    this.#deps.store.connections.clear()
    return this.list()
  }

  #end(id: number, controller: AbortController, [status, bytes, result]: Parameters<NotedRequest['end']>): void {
    if (!this.#open.delete(controller)) return
    try {
      this.#deps.store.connections.end(id, status, bytes, result, this.#deps.now())
    } catch (error) {
      // That there was a request is noted already. What it brought must not be lost for a full disk.
      this.#deps.logger.warn('The end of a connection could not be noted', { error })
    }
  }
}

/** Anything but nothing, "0" and "false". */
export function isForcedOffline(environment: LedgerDependencies['environment']): boolean {
  return !['', '0', 'false'].includes((environment['LLAVA_DESK_OFFLINE'] ?? '').trim().toLowerCase())
}

function purposeOf(method: 'GET' | 'HEAD', { pathname }: URL): Connection['purpose'] {
  if (method === 'HEAD') return 'lookup'
  return pathname.includes('/api/models/') ? 'listing' : 'download'
}

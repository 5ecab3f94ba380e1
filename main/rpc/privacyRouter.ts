import type { ImplementerInternalWithMiddlewares } from '@orpc/server'
import type { privacyApi } from '../contract/privacy.ts'
import type { Services } from '../services/createServices.ts'

// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- what oRPC has where a router needs no context
type NoContext = Record<never, never>

/** The handlers of `privacyApi` in `contract/privacy.ts`; see `createRouter`. */
export function privacyRouter(os: ImplementerInternalWithMiddlewares<typeof privacyApi, NoContext, NoContext>, { ledger, eraser }: Pick<Services, 'ledger' | 'eraser'>) {
  return {
    connections: os.connections.handler(() => ledger.list()),
    clearConnections: os.clearConnections.handler(() => ledger.clear()),
    amounts: os.amounts.handler(async () => await eraser.amounts()),
    erase: os.erase.handler(async ({ input }) => await eraser.erase(input.what)),
  }
}

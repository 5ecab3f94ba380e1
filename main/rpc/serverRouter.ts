import type { Services } from '../services/createServices.ts'
import type { ApiImplementer } from './implementApi.ts'

/** The handlers of `server`; see `createRouter`. */
export function serverRouter({ os, stream }: ApiImplementer, { server }: Pick<Services, 'server'>) {
  return {
    watch: os.server.watch.handler(({ signal }) => stream('server.watch', server.watch(signal))),
    retry: os.server.retry.handler(async () => {
      await server.retry()
      return {}
    }),
    token: os.server.token.handler(async () => ({ token: await server.token() })),
    renewToken: os.server.renewToken.handler(async () => ({ token: await server.renewToken() })),
  }
}

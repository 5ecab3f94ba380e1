import type { transferApi } from '../contract/transfer.ts'
import { neverAborted } from '../platform/neverAborted.ts'
import type { TransferService } from '../services/transfer/TransferService.ts'
import type { ImplementerInternalWithMiddlewares } from '@orpc/server'

// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- what oRPC has where a router needs no context
type NoContext = Record<never, never>

/** The handlers of `transferApi` in `contract/transfer.ts`; see `createRouter`. */
export function transferRouter(os: ImplementerInternalWithMiddlewares<typeof transferApi, NoContext, NoContext>, transfer: TransferService) {
  const { files } = transfer
  return {
    export: os.export.handler(async ({ input, signal }) => await transfer.export(input, signal ?? neverAborted())),
    read: os.read.handler(async ({ input }) => ({ piece: new Blob([await files.read(input.id, input.from)]) })),
    begin: os.begin.handler(async () => await transfer.begin()),
    write: os.write.handler(async ({ input }) => {
      await files.append(input.id, input.from, new Uint8Array(await input.piece.arrayBuffer()))
      return {}
    }),
    inspect: os.inspect.handler(async ({ input, signal }) => await transfer.inspect(files.path(input.id), input.name, signal ?? neverAborted())),
    import: os.import.handler(async ({ input, signal }) => await transfer.import(files.path(input.id), input.name, input.identical, signal ?? neverAborted())),
    discard: os.discard.handler(async ({ input }) => {
      await files.discard(input.id)
      return {}
    }),
  }
}

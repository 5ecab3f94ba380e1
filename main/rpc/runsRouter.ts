import type { ImplementerInternalWithMiddlewares } from '@orpc/server'
import type { runsApi } from '../contract/extraction.ts'
import type { RunServices } from '../services/runs/createRuns.ts'
import { neverAborted } from '../platform/neverAborted.ts'

// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- what oRPC has where a router needs no context
type NoContext = Record<never, never>
/** `os.runs` of an `ApiImplementer`, and the `stream` beside it. */
export interface RunsImplementer {
  readonly os: ImplementerInternalWithMiddlewares<typeof runsApi, NoContext, NoContext>
  readonly stream: <T>(path: string, source: AsyncGenerator<T, void, undefined>) => AsyncGenerator<T, void, undefined>
}

/** The handlers of `runsApi` in `contract/extraction.ts`; see `createRouter`. */
export function runsRouter({ os, stream }: RunsImplementer, { runs, files, records }: RunServices) {
  return {
    watch: os.watch.handler(({ signal }) => stream('runs.watch', runs.watch(signal))),
    create: os.create.handler(async ({ input }) => await runs.create(input)),
    addPaths: os.addPaths.handler(async ({ input }) => ({ added: await files.addPaths(input.id, input.paths, input.pages) })),
    addFile: os.addFile.handler(async ({ input }) => ({ added: await files.addFile(input.id, new Uint8Array(await input.file.arrayBuffer()), input.name, input.pages) })),
    setWatched: os.setWatched.handler(async ({ input }) => {
      await files.setWatched(input.id, input.folder)
      return runs.get(input.id)
    }),
    pause: os.pause.handler(({ input }) => runs.pause(input.id)),
    resume: os.resume.handler(({ input }) => runs.resume(input.id)),
    setThreshold: os.setThreshold.handler(({ input }) => runs.setThreshold(input.id, input.threshold)),
    remove: os.remove.handler(({ input }) => {
      runs.remove(input.id)
      return {}
    }),
    restore: os.restore.handler(({ input }) => runs.restore(input.id)),
    items: os.items.handler(({ input }) => runs.items(input.id, input.from, input.count)),
    retry: os.retry.handler(({ input }) => {
      runs.retry(input.id, input.items ?? null)
      return {}
    }),
    move: os.move.handler(({ input }) => {
      runs.move(input.item, input.before)
      return {}
    }),
    removeItem: os.removeItem.handler(({ input }) => {
      runs.removeItem(input.item)
      return {}
    }),
    records: os.records.handler(({ input }) => records.list(input.id, input.from, input.count)),
    review: os.review.handler(({ input }) => records.review(input.record, input.field, input.review)),
    readAgain: os.readAgain.handler(async ({ input, signal }) => await records.readAgain(input.record, input.fields, input.region, input.page ?? null, signal ?? neverAborted())),
    page: os.page.handler(async ({ input, signal }) => await records.picture(input.item, input.page ?? null, signal ?? neverAborted())),
    export: os.export.handler(async ({ input }) => await runs.export(input.id, input.options)),
  }
}
